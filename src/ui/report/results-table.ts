import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { problemTitle, seriesOf } from '../../measure/describe.ts';
import {
  formatBytes,
  formatError,
  formatGflops,
  formatMs,
  formatMsInterval,
  formatNumber,
  formatTiles,
} from '../../measure/format.ts';
import type { Comparison, Result } from '../../measure/report.ts';
import { seriesStyles } from '../shell/series-styles.ts';
import { badIcon, goodIcon } from '../shell/icons.ts';
import { base, figureTable } from '../shell/styles.ts';

const COLUMNS = 6;

/** Results by problem, one row a variant. A wrong result is shown as wrong and compared with nothing. */
@customElement('tw-results-table')
export class ResultsTable extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  /** As `seriesOf` has them, in teaching order: as in the charts, so that colours agree. */
  @property({ attribute: false }) variants: readonly string[] = [];

  override render() {
    const styles = seriesStyles(this.variants);
    return html`
      <div class="scroller" tabindex="0" role="region" aria-label="Results, scrollable">
        <table>
          <caption class="hidden-words">
            Each variant by problem: correctness, time, comparison with the baseline, throughput and memory
          </caption>
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <th scope="col">Correct</th>
              <th scope="col">Time</th>
              <th scope="col">Versus ${this.results[0]?.baseline ?? 'baseline'}</th>
              <th scope="col">Throughput</th>
              <th scope="col">Workspace</th>
            </tr>
          </thead>
          ${byProblem(this.results).map(
            ([title, results]) => html`
              <tbody>
                <tr class="problem">
                  <th scope="rowgroup" colspan=${COLUMNS}><span>${title}</span></th>
                </tr>
                ${results.map((result) => {
                  const color = styles.get(seriesOf(result))?.color ?? 'currentColor';
                  return html`
                    <tr class=${result.status} data-variant=${result.variant} data-status=${result.status}>
                      <th scope="row">
                        <span class="swatch" style=${`background: ${color}`}></span
                        ><code>${seriesOf(result)}</code>
                        ${paramsOf(result)}
                      </th>
                      ${result.status === 'ok' ? measured(result) : refused(result)}
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
      th:nth-child(n + 5),
      td:nth-child(n + 5) {
        text-align: right;
      }
      thead th {
        padding-block: 0.45rem;
        color: var(--wa-color-text-quiet);
        font-size: 0.8125rem;
        font-weight: 500;
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
  return html`<span class="detail">
    ${entries.map(([name, value]) => html`<span>${name} ${value}</span> `)}
    ${paramsFrom === 'tuned' ? html`<span title="found by tuning on this adapter">· tuned</span>` : nothing}
  </span>`;
}

function measured(result: Result): TemplateResult {
  const { error, time, gflops, percentOfMatmul, workspaceBytes, tiles, work } = result;
  return html`
    <td>
      <span class="status good">${goodIcon} correct</span>
      ${
        error
          ? html`<span class="detail" title="relative L2 deviation from a float64 reference, and its bound">
              ${formatError(error.relL2)} ≤ ${formatError(error.bound)}<br />${error.coverage}
            </span>`
          : nothing
      }
    </td>
    <td>
      ${
        time
          ? html`${formatMs(time.medianMs)}
              <span
                class="detail"
                title="95 % confidence interval of the median; samples × repetitions; GPU or wall clock"
              >
                ${formatMsInterval(time.medianMs, time.lowMs, time.highMs)} · ${time.samples} ×
                ${time.repetitions} · ${time.source === 'timestamp' ? 'GPU' : 'wall'}
              </span>`
          : '–'
      }
    </td>
    <td>${versus(result)}</td>
    <td>
      ${gflops === undefined ? '–' : formatGflops(gflops)}
      ${
        percentOfMatmul === undefined
          ? nothing
          : html`<span class="detail" title="of the best plain matrix product of the same run">
              ${Math.round(percentOfMatmul)} % of matmul
            </span>`
      }
      ${
        work === undefined
          ? nothing
          : html`<span class="detail" title="products of all rows with all columns, recomputed ones too">
              work ${formatNumber(work)} U
            </span>`
      }
    </td>
    <td>
      ${workspaceBytes === undefined ? '–' : workspaceBytes === 0 ? 'none' : formatBytes(workspaceBytes)}
      ${
        tiles
          ? html`<span
              class="detail"
              title="${tiles.visited} of ${tiles.total} tiles of the score matrix were visited"
            >
              ${formatTiles(tiles)}
            </span>`
          : nothing
      }
    </td>
  `;
}

function versus({ variant, label = variant, baseline, versusBaseline }: Result): TemplateResult {
  if (label === baseline) return html`<span class="quiet">the baseline</span>`;
  if (!versusBaseline) return html`<span class="quiet">no baseline</span>`;
  const { ratio, low, high, verdict } = versusBaseline;
  return html`
    <span class=${verdict.replace(' ', '-')}>${verdictWords(versusBaseline)}</span>
    <span class="detail" title="baseline time / this time, with its 95 % interval">
      ${verdict === 'slower' || verdict === 'faster' ? nothing : html`× ${formatNumber(ratio)}, `}
      ${formatNumber(low)}–${formatNumber(high)}
    </span>
  `;
}

function verdictWords({ ratio, verdict }: Comparison): string {
  switch (verdict) {
    case 'faster':
      return `${formatNumber(ratio)} × faster`;
    case 'slower':
      return `${formatNumber(1 / ratio)} × slower`;
    case 'same':
      return 'same';
    case 'cannot tell':
      return 'cannot tell';
  }
}

const LABELS = {
  wrong: 'WRONG',
  failed: 'Failed',
  unsupported: 'Unsupported',
  'out-of-memory': 'Memory wall',
};

function refused({ status, reason, memory, error }: Result): TemplateResult | typeof nothing {
  if (status === 'ok') return nothing;
  return html`
    <td class="reason" colspan=${COLUMNS - 1}>
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
