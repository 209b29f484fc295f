import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Report, Result } from '../../../measure/report.ts';
import { seriesOf } from '../../../measure/describe.ts';
import { seriesStyles } from '../../shell/series-styles.ts';
import { base, figureTable } from '../../shell/styles.ts';
import { figures, type Figure } from '../../../measure/figures.ts';
import { STATUS_WORDS } from '../../../measure/status-words.ts';
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
            ${this.row('Correct', 'the error is within its bound', ({ status }) => ({ value: STATUS_WORDS[status] }))}
            ${figures({ baseline: results[0]?.baseline, matmul: this.matmul })
              .filter(({ text }) => results.some(text))
              .map(({ title, meaning, text, detailTitle }) => this.row(title, meaning, text, detailTitle))}
          </tbody>
        </table>
      </div>
    `;
  }

  private row(title: string, meaning: string, textOf: Figure['text'], detailTitle = ''): TemplateResult {
    return html`
      <tr>
        <th scope="row">
          ${title}
          <span class="detail">${meaning}</span>
        </th>
        ${this.results.map((result) => {
          const { value = '–', detail, from } = textOf(result) ?? {};
          const small = [detail === undefined ? undefined : `${detailTitle} ${detail}`, from];
          return html`<td class=${result.status} data-figure=${title}>
            ${value}
            ${small.map((words) => (words === undefined ? nothing : html`<span class="detail">${words}</span>`))}
          </td>`;
        })}
      </tr>
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
