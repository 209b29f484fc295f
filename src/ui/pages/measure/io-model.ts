import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { profileOf } from '../../../measure/device.ts';
import { problemTitle } from '../../../measure/describe.ts';
import { formatBytes, formatMs } from '../../../measure/format.ts';
import type { MeasureCase, MeasurePlan } from '../../../measure/measure-plan.ts';
import type { DeviceReport, Result } from '../../../measure/report.ts';
import { sweepsOf } from '../../../measure/sweep.ts';
import { attention } from '../../../operations/attention/operation.ts';
import { ioModel, ioSweep } from '../../../operations/attention/io-model.ts';
import { base, panel } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';
import type { TimedIoPoint } from '../../report/charts.ts';
import { wallStyles } from './memory-wall-styles.ts';

/** Time for the sampling of all tiles together, in ms. */
const SWEEP_MS = 2000;

/** Drawing asks for much code: it comes when somebody wants to see. */
function loadChart(): void {
  void import('../../report/io-chart-view.ts');
}

/** How much flash moves by the height of its tile, in a model, beside what theory allows. Time is measured if it is asked for. */
@customElement('tw-io-model')
export class IoModel extends LitElement {
  /** The problem; one of another operation shows nothing. */
  @property({ attribute: false }) problem: MeasureCase | undefined;
  @property({ attribute: false }) device: DeviceReport | undefined;
  /** Sweeps among them are those of this problem, if any. */
  @property({ attribute: false }) results: readonly Result[] = [];
  /** Whether something else is being measured. */
  @property({ type: Boolean }) busy = false;
  private readonly measured = new WidthController(this);

  override render() {
    const { points } = this;
    const item = this.problem;
    if (points.length === 0 || item === undefined) return nothing;
    const isTimed = points.some(({ medianMs }) => medianMs !== undefined);
    return html`
      <section class="panel">
        <h2>Bytes moved, by the height of a tile</h2>
        <p>
          A workgroup that owns more rows reads keys and values for more of them at a time. Theory: with M
          words of fast memory, attention moves some N²d²/M words, and no algorithm moves fewer, but for a
          constant (Saha and Ye, 2024). Inputs and outputs are moved in any case: the lower bound counts them.
          ${problemTitle(item)}.
        </p>
        <details @toggle=${loadChart}>
          <summary>Picture and numbers</summary>
          <tw-io-chart .points=${points} .width=${Math.min(720, this.measured.width - 40)}></tw-io-chart>
          <div class="scroller" tabindex="0" role="region" aria-label="Modelled traffic, scrollable">
            <table>
              <caption class="hidden-words">
                Modelled traffic of flash by tile
              </caption>
              <thead>
                <tr>
                  <th scope="col">Tile</th>
                  <th scope="col">M</th>
                  <th scope="col">Moved, modelled</th>
                  <th scope="col">N²d²/M</th>
                  <th scope="col">Lower bound</th>
                  ${isTimed ? html`<th scope="col">Measured</th>` : nothing}
                </tr>
              </thead>
              <tbody>
                ${points.map((point) => this.row(point, isTimed))}
              </tbody>
            </table>
          </div>
        </details>
        <div>
          <wa-button
            data-action="io-sweep"
            size="s"
            appearance="outlined"
            ?disabled=${this.busy}
            @click=${this.sweep}
          >
            Measure these tiles
          </wa-button>
        </div>
        <p class="small quiet">
          Modelled: each workgroup reads what it needs once, whatever a cache saves. The bounds leave their
          constants out. Inputs and outputs are moved once at least.
        </p>
      </section>
    `;
  }

  private row(point: TimedIoPoint, isTimed: boolean) {
    const { blockM, blockN, isDefault, supported, medianMs } = point;
    return html`
      <tr>
        <th scope="row">
          ${blockM} × ${blockN}${isDefault ? html` <strong>default</strong>` : nothing}
          ${supported === true ? nothing : html`<span class="quiet">not here: ${supported}</span>`}
        </th>
        <td>${formatBytes(point.fastBytes)}</td>
        <td>${formatBytes(point.movedBytes)}</td>
        <td>${formatBytes(point.orderBytes)}</td>
        <td>${formatBytes(point.boundBytes)}</td>
        ${isTimed ? html`<td>${medianMs === undefined ? '' : formatMs(medianMs)}</td>` : nothing}
      </tr>
    `;
  }

  private get points(): TimedIoPoint[] {
    const { problem: item, device, results } = this;
    if (device === undefined || item?.operation !== attention.id) return [];
    const title = problemTitle(item);
    const sweep = sweepsOf(results).find((one) => one.variant === 'flash' && one.title === title);
    const problem = attention.problem(item.problem);
    return ioModel(problem, profileOf(device)).map((point) => {
      const { blockM, blockN } = point;
      const cell = sweep?.cells.find((one) => one.blockM === blockM && one.blockN === blockN);
      return { ...point, medianMs: cell?.result.time?.medianMs };
    });
  }

  private readonly sweep = (): void => {
    const { problem: item, points } = this;
    if (item === undefined) return;
    const entries = ioSweep(points);
    const plan: MeasurePlan = { cases: [{ ...item, entries }], budgetMs: SWEEP_MS, matmul: false };
    this.dispatchEvent(new CustomEvent('sweep', { detail: plan }));
  };

  static override readonly styles = [
    base,
    panel,
    wallStyles,
    css`
      summary {
        cursor: pointer;
        font-size: 0.9375rem;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-io-model': IoModel;
  }
}
