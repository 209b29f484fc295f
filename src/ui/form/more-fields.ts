import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { base, linkSummary } from '../shell/styles.ts';

/** Rarely used fields, folded away until one of them is set or wrong. The summary names those that are set. */
@customElement('tw-more-fields')
export class MoreFields extends LitElement {
  @property() heading = '';
  /** The fields that are set, in words. */
  @property() words = '';
  /** Opens when it becomes true; closing is left to the reader, who may be typing inside. */
  @property({ type: Boolean }) wanted = false;
  @state() private open = false;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('wanted') && this.wanted) this.open = true;
  }

  override render() {
    return html`
      <details
        ?open=${this.open}
        @toggle=${({ currentTarget }: Event) => {
          this.open = currentTarget instanceof HTMLDetailsElement && currentTarget.open;
        }}
      >
        <summary>
          ${this.heading}
          ${this.words === '' ? nothing : html`<span class="small quiet">${this.words}</span>`}
        </summary>
        <slot></slot>
      </details>
    `;
  }

  static override readonly styles = [
    base,
    linkSummary,
    css`
      :host {
        display: block;
      }
      summary {
        font-size: var(--wa-font-size-s);
      }
      span {
        margin-left: 0.3rem;
      }
      slot {
        display: block;
        margin-top: 0.75rem;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-more-fields': MoreFields;
  }
}
