import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { VariantInfo } from '../../worker/api.ts';
import { seriesStyles } from '../shell/series-styles.ts';
import './compiled-kernels.ts';
import { paramIn, withParam } from './fields.ts';
import { isChecked, valueOf } from './form-fields.ts';
import { base, denseControls, linkSummary } from '../shell/styles.ts';

/** The ladder: every variant with its idea, which of them to run, and with what parameters. */
@customElement('tw-variant-picker')
export class VariantPicker extends LitElement {
  /** The id of the operation whose variants they are. */
  @property() operation = '';
  @property({ attribute: false }) variants: readonly VariantInfo[] = [];
  /** The text of the form's field: `all`, `none` or ids with commas between. */
  @property() chosen = 'all';
  /** The text of the form's field: `flash.blockM:32,…`. */
  @property() params = '';

  override render() {
    const styles = seriesStyles(this.variants.map(({ id }) => id));
    return html`
      <ol>
        ${this.variants.map((variant, rung) => {
          const color = styles.get(variant.id)?.color ?? 'currentColor';
          return html`
            <li>
              <wa-checkbox
                size="s"
                value=${variant.id}
                .checked=${this.ids.includes(variant.id)}
                @change=${(event: Event) => {
                  this.choose(variant.id, isChecked(event));
                }}
              >
                <span class="swatch" style=${`background: ${color}`}></span>${variant.title}
                ${rung === 0 ? html`<span class="quiet">· baseline</span>` : nothing}
              </wa-checkbox>
              <p class="small quiet">${variant.idea}</p>
              ${
                variant.supported === true
                  ? nothing
                  : html`<p class="small unsupported">Not on this device: ${variant.supported}</p>`
              }
              ${variant.params.length === 0 ? nothing : this.parameters(variant)}
              <tw-compiled-kernels .operation=${this.operation} .variant=${variant.id}></tw-compiled-kernels>
            </li>
          `;
        })}
      </ol>
    `;
  }

  private parameters({ id, title, params }: VariantInfo): TemplateResult {
    const set = params.filter(({ name }) => paramIn(this.params, id, name) !== '');
    return html`
      <details>
        <summary class="small">
          Parameters${set.length === 0 ? nothing : html`: ${set.map(({ name }) => `${name} ${paramIn(this.params, id, name)}`).join(', ')}`}
        </summary>
        <div class="parameters">
          ${params.map(
            ({ name, about, choices }) => html`
              <label class="small">
                <code>${name}</code>
                <select
                  aria-label=${`${title}: ${name}, ${about}`}
                  .value=${paramIn(this.params, id, name)}
                  @change=${(event: Event) => {
                    this.tell('params', withParam(this.params, id, name, valueOf(event)));
                  }}
                >
                  <option value="" ?selected=${paramIn(this.params, id, name) === ''}>auto</option>
                  ${choices.map(
                    (choice) => html`
                      <option value=${choice} ?selected=${paramIn(this.params, id, name) === String(choice)}>
                        ${choice}
                      </option>
                    `,
                  )}
                </select>
                <span class="quiet">${about}</span>
              </label>
            `,
          )}
        </div>
      </details>
    `;
  }

  private get ids(): readonly string[] {
    if (this.chosen === 'all') return this.variants.map(({ id }) => id);
    return this.chosen.split(',');
  }

  private choose(id: string, wanted: boolean): void {
    const ids = this.variants
      .map((variant) => variant.id)
      .filter((other) => (other === id ? wanted : this.ids.includes(other)));
    const all = ids.length === this.variants.length;
    this.tell('variants', all ? 'all' : ids.length === 0 ? 'none' : ids.join(','));
  }

  private tell(name: 'variants' | 'params', value: string): void {
    this.dispatchEvent(new CustomEvent<FieldChange>('field-change', { detail: { name, value } }));
  }

  static override readonly styles = [
    base,
    linkSummary,
    denseControls,
    css`
      :host {
        display: block;
      }
      ol {
        display: grid;
        gap: 0.9rem;
        padding: 0;
        list-style: none;
      }
      .swatch {
        display: inline-block;
        width: 0.6rem;
        height: 0.6rem;
        margin-right: 0.4rem;
        border-radius: 2px;
      }
      li > p,
      details,
      tw-compiled-kernels {
        margin: 0.2rem 0 0 1.6rem;
      }
      .unsupported {
        color: var(--bad);
      }
      .parameters {
        display: grid;
        gap: 0.4rem;
        margin-top: 0.4rem;
      }
      label {
        display: grid;
        grid-template-columns: 6rem auto 1fr;
        align-items: baseline;
        gap: 0.1rem 0.5rem;
      }
      label > .quiet {
        grid-column: 1 / -1;
        font-size: 0.75rem;
      }
    `,
  ];
}

/** One field of the form, changed by an element inside it. */
export interface FieldChange {
  readonly name: string;
  readonly value: string;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-variant-picker': VariantPicker;
  }
}
