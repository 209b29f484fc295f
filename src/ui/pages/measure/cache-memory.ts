import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatBytes, formatNumber } from '../../../measure/format.ts';
import type { MeasureCase } from '../../../measure/measure-plan.ts';
import { cacheKinds } from '../../../operations/attention/cache-bytes.ts';
import { attention } from '../../../operations/attention/operation.ts';
import { valueOf } from '../../form/form-fields.ts';
import { base, panel } from '../../shell/styles.ts';
import { wallStyles } from './memory-wall-styles.ts';

const MOST_LAYERS = 1000;

/** Memory that a model of so many layers keeps of earlier tokens, by how heads and layers share it. */
@customElement('tw-cache-memory')
export class CacheMemory extends LitElement {
  /** The problem of one layer; one of another operation shows nothing. */
  @property({ attribute: false }) problem: MeasureCase | undefined;
  @state() private layers = 32;

  override render() {
    const { problem: item, layers } = this;
    if (item?.operation !== attention.id) return nothing;
    const { batch, seqLenKV, ...model } = attention.problem(item.problem);
    const kinds = cacheKinds({ ...model, layers });
    const most = kinds[0]?.bytesPerToken ?? NaN;
    return html`
      <section class="panel">
        <h2>Cache of a model</h2>
        <label>
          <span>Layers</span>
          <input
            type="number"
            name="layers"
            min="1"
            max=${MOST_LAYERS}
            .value=${String(layers)}
            @change=${(event: Event) => {
              const asked = Math.round(Number(valueOf(event)));
              this.layers = Math.min(MOST_LAYERS, Math.max(1, Number.isFinite(asked) ? asked : layers));
            }}
          />
        </label>
        <div class="scroller" tabindex="0" role="region" aria-label="Memory of caches, scrollable">
          <table>
            <caption class="hidden-words">
              Memory of the cache of ${layers} layers
            </caption>
            <thead>
              <tr>
                <th scope="col">Kept</th>
                <th scope="col">Per token</th>
                <th scope="col">${seqLenKV} keys${batch === 1 ? '' : ` × ${batch}`}</th>
                <th scope="col">Less</th>
                <th scope="col">Idea</th>
              </tr>
            </thead>
            <tbody>
              ${kinds.map(
                ({ title, idea, bytesPerToken }) => html`
                  <tr>
                    <th scope="row">${title}</th>
                    <td>${formatBytes(bytesPerToken)}</td>
                    <td>${formatBytes(bytesPerToken * seqLenKV * batch)}</td>
                    <td>${formatNumber(most / bytesPerToken)} ×</td>
                    <td>${idea}</td>
                  </tr>
                `,
              )}
            </tbody>
          </table>
        </div>
      </section>
    `;
  }

  static override readonly styles = [
    base,
    panel,
    wallStyles,
    css`
      input {
        width: 6rem;
      }
      td:last-child {
        min-width: 14rem;
        white-space: normal;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-cache-memory': CacheMemory;
  }
}
