import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { problemTitle, seriesOf } from '../../measure/describe.ts';
import { figures, smallPrint, type Figure } from '../../measure/figures.ts';
import { formatBytes, formatError } from '../../measure/format.ts';
import type { Result } from '../../measure/report.ts';
import { seriesStyles } from '../shell/series-styles.ts';
import { badIcon, goodIcon } from '../shell/icons.ts';
import { nextSorting, sorted, type Sorting } from './sorting.ts';
import { base, figureTable } from '../shell/styles.ts';

/** The figures that have a column of their own; the error stands beside whether the result is correct. */
const isColumn = ({ room, below, id }: Figure): boolean =>
  room !== 'full' && below === undefined && id !== 'error';

/** Results by problem, one row a variant. A wrong result is shown as wrong and compared with nothing. */
@customElement('tw-results-table')
export class ResultsTable extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  /** Names of series as `seriesOf` gives them, in teaching order, so that colours agree with those of the charts. */
  @property({ attribute: false }) variants: readonly string[] = [];
  /** Where a result can be compared with its baseline, if it can be. */
  @property({ attribute: false }) compareLink: (result: Result) => string | undefined = () => undefined;
  @state() private sorting: Sorting | undefined;

  override render() {
    const styles = seriesStyles(this.variants);
    const all = figures({ baseline: this.results[0]?.baseline });
    const columns = all.filter(isColumn);
    return html`
      <div class="scroller" tabindex="0" role="region" aria-label="Results, scrollable">
        <table>
          <caption class="hidden-words">
            Each variant by problem: correctness, time, comparison with the baseline, throughput and memory
          </caption>
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <th scope="col"><span class="words">Correct</span></th>
              ${columns.map((figure) => this.heading(figure))}
            </tr>
          </thead>
          ${byProblem(this.results).map(
            ([title, results]) => html`
              <tbody>
                <tr class="problem">
                  <th scope="rowgroup" colspan=${columns.length + 2}><span>${title}</span></th>
                </tr>
                ${sorted(results, columns, this.sorting).map((result) => {
                  const color = styles.get(seriesOf(result))?.color ?? 'currentColor';
                  return html`
                    <tr class=${result.status} data-variant=${result.variant} data-status=${result.status}>
                      <th scope="row">
                        <span class="swatch" style=${`background: ${color}`}></span
                        ><code>${seriesOf(result)}</code>
                        ${paramsOf(result)} ${this.toCompare(result)}
                      </th>
                      ${result.status === 'ok' ? measured(result, columns, all) : refused(result, columns.length + 1)}
                    </tr>
                  `;
                })}
              </tbody>
            `,
          )}
        </table>
      </div>
    `;
  }

  private heading({ id, title, meaning, align }: Figure): TemplateResult {
    const direction = this.sorting?.by === id ? this.sorting.direction : undefined;
    const arrow = { ascending: '▲', descending: '▼' };
    return html`
      <th scope="col" class=${align} title=${meaning} aria-sort=${direction ?? 'none'}>
        <button
          type="button"
          data-sort=${id}
          @click=${() => {
            this.sorting = nextSorting(this.sorting, id);
          }}
        >
          ${title}${direction === undefined ? nothing : html` <span aria-hidden="true">${arrow[direction]}</span>`}
        </button>
      </th>
    `;
  }

  private toCompare(result: Result): TemplateResult | typeof nothing {
    const link = this.compareLink(result);
    return link === undefined
      ? nothing
      : html`<a class="detail" href=${link} aria-label=${`Open ${seriesOf(result)} in Compare`}
          >open in Compare</a
        >`;
  }

  static override readonly styles = [
    base,
    figureTable,
    css`
      :host {
        display: block;
      }
      th,
      td {
        padding: 0.5rem 0.55rem;
        white-space: nowrap;
      }
      /* The first figures stand left, so that a phone shows them before it is scrolled. */
      .right:nth-child(n + 5) {
        text-align: right;
      }
      thead th {
        padding-block: 0.45rem;
        color: var(--wa-color-text-quiet);
        font-size: 0.8125rem;
        font-weight: 500;
      }
      thead button {
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        cursor: pointer;
      }
      thead button:hover {
        text-decoration: underline;
      }
      summary {
        width: fit-content;
        cursor: pointer;
      }
      .problem th {
        padding-block: 0.5rem 0.4rem;
        background: var(--wa-color-surface-lowered);
        font-size: 0.8125rem;
        font-weight: 600;
        white-space: normal;
      }
      .problem span {
        display: inline-block;
        position: sticky;
        left: 0.55rem;
        max-width: calc(100vw - 4rem);
      }
      th[scope='row'],
      thead th:first-child {
        position: sticky;
        left: 0;
        background: var(--wa-color-surface-default);
      }
      th .detail {
        width: 8.75rem;
        white-space: normal;
      }
      th .detail span {
        margin-right: 0.35em;
        white-space: nowrap;
      }
      .status {
        display: inline-flex;
        align-items: center;
        gap: 0.35rem;
      }
      .good {
        color: var(--good);
      }
      .bad,
      .slower {
        color: var(--bad);
      }
      .faster {
        color: var(--good);
        font-weight: 600;
      }
      td[data-figure='versus'] .detail {
        max-width: 9rem;
        white-space: normal;
      }
      td.reason {
        min-width: 18rem;
        white-space: normal;
        text-align: left;
      }
      .wrong td,
      .wrong th,
      .failed td,
      .failed th[scope='row'] {
        background: var(--bad-fill);
      }
      .badge {
        margin-right: 0.4rem;
        padding: 0.1rem 0.45rem;
        border-radius: var(--wa-border-radius-s);
        background: var(--wa-color-surface-lowered);
        font-weight: 600;
      }
      .wrong .badge,
      .failed .badge {
        background: var(--wa-color-danger-fill-loud);
        color: var(--wa-color-danger-on-loud);
      }
      .out-of-memory .badge {
        background: var(--wa-color-warning-fill-normal);
        color: var(--wa-color-warning-on-normal);
      }
      /* A phone shows the verdict before it is scrolled: whether a result is correct is told by its mark alone. */
      @media (max-width: 34rem) {
        th,
        td {
          padding-inline: 0.35rem;
        }
        .words {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .status + .detail {
          display: none;
        }
        th .detail {
          width: 6rem;
        }
      }
    `,
  ];
}

function byProblem(results: readonly Result[]): [string, Result[]][] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const title = problemTitle(result);
    groups.set(title, [...(groups.get(title) ?? []), result]);
  }
  return [...groups];
}

function paramsOf({ params, paramsFrom }: Result): TemplateResult | typeof nothing {
  const entries = Object.entries(params);
  if (entries.length === 0) return nothing;
  const tuned = paramsFrom === 'tuned';
  return html`<details class="detail">
    <summary title=${tuned ? 'found by tuning on this adapter' : nothing}>
      ${tuned ? 'tuned parameters' : 'parameters'}
    </summary>
    ${entries.map(([name, value]) => html`<span>${name} ${value}</span> `)}
  </details>`;
}

function measured(result: Result, columns: readonly Figure[], all: readonly Figure[]): TemplateResult[] {
  return [correct(result), ...columns.map((figure) => figureCell(result, figure, all))];
}

function correct({ error }: Result): TemplateResult {
  return html`<td>
    <span class="status good">${goodIcon} <span class="words">correct</span></span>
    ${
      error
        ? html`<span class="detail" title="relative L2 deviation from a float64 reference, and its bound">
            ${formatError(error.relL2)} ≤ ${formatError(error.bound)}<br />${error.coverage}
          </span>`
        : nothing
    }
  </td>`;
}

function figureCell(result: Result, figure: Figure, all: readonly Figure[]): TemplateResult {
  // A correct result without a time is still being measured.
  const none = figure.timed && result.time === undefined ? '…' : '–';
  const { value = none, detail, from } = figure.text(result) ?? {};
  return html`<td class=${figure.align} data-figure=${figure.id}>
    <span class=${figure.id === 'versus' ? verdictClass(result) : ''} title=${from ?? figure.meaning}
      >${value}</span
    >
    ${detail === undefined ? nothing : html`<span class="detail" title=${figure.detailTitle ?? ''}>${detail}</span>`}
    ${smallPrint(all, figure, result).map(({ words, meaning }) => html`<span class="detail" title=${meaning}>${words}</span>`)}
  </td>`;
}

const verdictClass = ({ versusBaseline }: Result): string =>
  versusBaseline?.verdict.replace(' ', '-') ?? 'quiet';

const LABELS = {
  wrong: 'WRONG',
  failed: 'Failed',
  unsupported: 'Unsupported',
  'out-of-memory': 'Memory wall',
};

function refused(
  { status, reason, memory, error }: Result,
  columns: number,
): TemplateResult | typeof nothing {
  if (status === 'ok') return nothing;
  return html`
    <td class="reason" colspan=${columns}>
      <span class="badge">${status === 'wrong' ? badIcon : nothing} ${LABELS[status]}</span>
      ${
        memory
          ? html`The buffer <code>${memory.buffer}</code> asks for
              <strong>${formatBytes(memory.bytesAsked)}</strong>; this device allows
              ${formatBytes(memory.bytesLimit)}.`
          : (reason ?? '')
      }
      ${
        status === 'wrong' && error
          ? html`<span class="detail">
              relative error ${formatError(error.relL2)}, allowed ${formatError(error.bound)}; largest
              deviation ${formatError(error.maxAbs)}; ${error.coverage}
            </span>`
          : nothing
      }
    </td>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-results-table': ResultsTable;
  }
}
