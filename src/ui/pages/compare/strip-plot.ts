import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { seriesOf } from '../../../measure/describe.ts';
import { formatMs } from '../../../measure/format.ts';
import type { Result } from '../../../measure/report.ts';
import { stripChart } from '../../report/charts/strip-chart.ts';
import { base, linkSummary } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';

/** Every sample of every pane, as strips and, for those who read rather than look, as a table. */
@customElement('tw-strip-plot')
export class StripPlot extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  private readonly own = new WidthController(this);

  override render() {
    if (this.own.width === 0) return nothing;
    const timed = this.results.filter(({ time }) => time?.all !== undefined);
    return html`${stripChart(this.results, this.own.width)} ${timed.length === 0 ? nothing : table(timed)}`;
  }

  static override readonly styles = [
    base,
    linkSummary,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .scroller {
        overflow: auto;
        max-height: 20rem;
      }
      th,
      td {
        padding: 0.15rem 1rem 0.15rem 0;
        font-weight: 400;
        text-align: left;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];
}

/** Every sample for those who read rather than look; a row a round. */
function table(timed: readonly Result[]): TemplateResult {
  const rounds = Math.max(...timed.map(({ time }) => time?.all?.length ?? 0));
  return html`
    <details>
      <summary class="small">Samples as a table</summary>
      <div class="scroller" tabindex="0" role="region" aria-label="Samples, scrollable">
        <table class="small">
          <thead>
            <tr>
              <th scope="col">Round</th>
              ${timed.map((result) => html`<th scope="col"><code>${seriesOf(result)}</code></th>`)}
            </tr>
          </thead>
          <tbody>
            ${Array.from(
              { length: rounds },
              (_, round) => html`
                <tr>
                  <th scope="row">${round + 1}</th>
                  ${timed.map(({ time }) => {
                    const ms = time?.all?.[round];
                    return html`<td>${ms === undefined ? '–' : formatMs(ms)}</td>`;
                  })}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-strip-plot': StripPlot;
  }
}
