import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import {
  changeWords,
  compareReports,
  isSameDevice,
  resultTitle,
  type Change,
} from '../../measure/compare.ts';
import { formatMs, formatNumber } from '../../measure/format.ts';
import type { Report, Result } from '../../measure/report.ts';
import { deviceName } from '../lab/device-card.ts';
import type { NamedReport } from './history/history.ts';
import { base, panel, plainButton } from '../shell/styles.ts';

/** A report beside an earlier one: the verdict on every result that both have. `baseline-drop` ends the comparison. */
@customElement('tw-baseline')
export class BaselineView extends LitElement {
  @property({ attribute: false }) report: Report | undefined;
  @property({ attribute: false }) baseline: NamedReport | undefined;

  override render() {
    const { report, baseline } = this;
    if (!baseline) return nothing;
    return html`
      <section class="panel" aria-label="Compared with a baseline">
        <header>
          <h2>Since ${baseline.name}</h2>
          <button
            type="button"
            class="plain"
            data-action="drop-baseline"
            @click=${() => this.dispatchEvent(new CustomEvent('baseline-drop'))}
          >
            Stop comparing
          </button>
        </header>
        ${report === undefined || report === baseline.report ? waiting : this.comparison(report, baseline.report)}
      </section>
    `;
  }

  private comparison(report: Report, baseline: Report): TemplateResult {
    if (!isSameDevice(report.device, baseline.device)) {
      return html`<p class="small problem" role="status">
        The baseline is from ${deviceName(baseline.device)}, this is from ${deviceName(report.device)}: times
        of two devices do not compare.
      </p>`;
    }
    const { changes, lost } = compareReports(report.results, baseline);
    if (changes.length + lost.length === 0) {
      return html`<p class="small quiet" role="status">The two have no result in common.</p>`;
    }
    return html`
      <div class="scroller" tabindex="0" role="region" aria-label="Comparison, scrollable">
        <table>
          <caption class="hidden-words">
            Every result beside the one of the baseline
          </caption>
          <thead>
            <tr>
              <th scope="col">Result</th>
              <th scope="col">Now</th>
              <th scope="col">Since the baseline</th>
            </tr>
          </thead>
          <tbody>
            ${changes.map(changeRow)} ${lost.map(lostRow)}
          </tbody>
        </table>
      </div>
    `;
  }

  static override readonly styles = [
    base,
    panel,
    plainButton,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .panel {
        padding: 0.9rem 1.15rem;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0.25rem 1rem;
        margin-bottom: 0.4rem;
      }
      .scroller {
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 0.4rem 0.75rem 0.4rem 0;
        border-top: 1px solid var(--wa-color-surface-border);
        font-weight: 400;
        text-align: left;
      }
      td {
        white-space: nowrap;
      }
      tbody th {
        min-width: 14rem;
      }
      thead th {
        border: 0;
        color: var(--wa-color-text-quiet);
        font-size: 0.8125rem;
      }
      .faster {
        color: var(--good);
        font-weight: 600;
      }
      .slower,
      .lost,
      .problem {
        color: var(--bad);
      }
    `,
  ];
}

const waiting = html`<p class="small quiet" role="status">
  The next run, or a report you open, is compared with it.
</p>`;

function changeRow(change: Change): TemplateResult {
  const {
    result,
    comparison: { verdict, ratio, low, high },
  } = change;
  const words =
    verdict === 'faster'
      ? `${formatNumber(ratio)} × faster`
      : verdict === 'slower'
        ? `${formatNumber(1 / ratio)} × slower`
        : verdict;
  return html`
    <tr data-verdict=${verdict}>
      <th scope="row">${resultTitle(result)}<br /><span class="small quiet">${changeWords(change)}</span></th>
      <td>${formatMs(result.time?.medianMs ?? NaN)}</td>
      <td>
        <span class=${verdict.replace(' ', '-')}>${words}</span>
        <span class="small quiet">${formatNumber(low)}–${formatNumber(high)}</span>
      </td>
    </tr>
  `;
}

const lostRow = (result: Result): TemplateResult => html`
  <tr data-verdict="lost">
    <th scope="row">${resultTitle(result)}</th>
    <td>–</td>
    <td><span class="lost">now ${result.status}</span></td>
  </tr>
`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-baseline': BaselineView;
  }
}
