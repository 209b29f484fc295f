import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { OperationInfo } from '../../../worker/api.ts';
import { badIcon, goodIcon } from '../../shell/icons.ts';
import { base } from '../../shell/styles.ts';

/** Which variants this device runs, and why it does not run the others. */
@customElement('tw-variants-table')
export class VariantsTable extends LitElement {
  @property({ attribute: false }) operations: readonly OperationInfo[] = [];

  override render() {
    return html`
      <h2>What runs here</h2>
      <p class="small quiet">On a small problem, with the parameters that the variant chooses itself.</p>
      ${this.operations.map(
        ({ title, variants }) => html`
          <h3>${title}</h3>
          <ul>
            ${variants.map(
              ({ id, idea, supported }) => html`
                <li class=${supported === true ? 'runs' : 'refused'} data-variant=${id}>
                  ${supported === true ? goodIcon : badIcon}
                  <div>
                    <code>${id}</code>
                    <span class="hidden-words">${supported === true ? 'runs' : 'does not run'}</span>
                    <p class="small quiet">${supported === true ? idea : supported}</p>
                  </div>
                </li>
              `,
            )}
          </ul>
        `,
      )}
    `;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
      }
      h3 {
        margin-top: 1.1rem;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr));
        gap: 0.6rem 1.5rem;
        margin-top: 0.5rem;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.5rem;
      }
      li svg {
        margin-top: 0.3rem;
      }
      .runs svg {
        color: var(--good);
      }
      .refused svg {
        color: var(--bad);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-variants-table': VariantsTable;
  }
}
