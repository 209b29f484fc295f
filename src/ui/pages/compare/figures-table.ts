import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Report, Result } from '../../../measure/report.ts';
import { seriesOf } from '../../../measure/describe.ts';
import { seriesStyles } from '../../shell/series-styles.ts';
import { base, figureTable } from '../../shell/styles.ts';
import { figureRows } from './figures.ts';
import { paramWords } from './words.ts';

/** Panes side by side, one figure a row. */
@customElement('tw-figures-table')
export class FiguresTable extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  @property({ attribute: false }) matmul: Report['matmul'];

  override render() {
    const { results } = this;
    const styles = seriesStyles(results.map(seriesOf));
    return html`
      <div class="scroller" tabindex="0" role="region" aria-label="Figures, scrollable">
        <table>
          <caption class="hidden-words">
            Each figure by pane, with its formula
          </caption>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              ${results.map(
                (result) => html`
                  <th scope="col" data-pane=${result.label ?? result.variant}>
                    <span
                      class="swatch"
                      style=${`background: ${styles.get(seriesOf(result))?.color ?? ''}`}
                    ></span
                    ><strong>${result.label}</strong>
                    <code>${result.variant}</code>${result.edited ? ', edited' : ''}
                    <span class="detail">${paramWords(result.params)}</span>
                  </th>
                `,
              )}
            </tr>
          </thead>
          <tbody>
            ${figureRows(this.matmul, results[0]?.baseline ?? 'the baseline').map(
              ({ name, formula, of }) => html`
                <tr>
                  <th scope="row">
                    ${name}
                    <span class="detail">${formula}</span>
                  </th>
                  ${results.map((result) => {
                    const figure = of(result);
                    return html`<td class=${result.status} data-figure=${name}>
                      ${figure?.value ?? '–'}
                      ${figure?.from === undefined ? nothing : html`<span class="detail">${figure.from}</span>`}
                    </td>`;
                  })}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  static override readonly styles = [
    base,
    figureTable,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      th,
      td {
        min-width: 10.5rem;
        padding: 0.55rem 0.75rem;
      }
      th:first-child {
        position: sticky;
        left: 0;
        width: 17rem;
        padding-left: 1.15rem;
        background: var(--wa-color-surface-default);
      }
      td.wrong,
      td.failed {
        background: var(--bad-fill);
      }
      @media (max-width: 34rem) {
        th:first-child {
          width: 8.5rem;
          min-width: 8.5rem;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-figures-table': FiguresTable;
  }
}
