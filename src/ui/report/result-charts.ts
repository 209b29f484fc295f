import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { families, type Family } from '../../measure/describe.ts';
import type { Report, Result } from '../../measure/report.ts';
import { CHART_VALUES, chartTable } from './chart-table.ts';
import { memoryChart, rooflineChart, throughputChart, timeChart } from './charts.ts';
import type { Chart, ChartOptions } from './charts.ts';
import { base, panel } from '../shell/styles.ts';
import { WidthController } from '../shell/width-controller.ts';
import './roofline-table.ts';

/** One measurement, three readings. */
const SPEEDS = [
  { id: 'time', title: 'Time' },
  { id: 'throughput', title: 'Throughput' },
  { id: 'roofline', title: 'Roofline' },
] as const;

/** Time, throughput or roofline, and memory, for each family of problems. */
@customElement('tw-charts')
export class ResultCharts extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  /** Variant ids in teaching order. */
  @property({ attribute: false }) variants: readonly string[] = [];
  @property({ attribute: false }) matmul: Report['matmul'];
  /** The roofs of the same run; without them there is no roofline. */
  @property({ attribute: false }) roofs: Report['peaks'];
  /** Drawn into the memory chart. */
  @property({ type: Number }) limitBytes: number | undefined;
  @state() private speed: (typeof SPEEDS)[number]['id'] = 'time';
  private readonly measured = new WidthController(this);

  protected override shouldUpdate(): boolean {
    return this.measured.width > 0;
  }

  override render() {
    const groups = families(this.results);
    return groups.map(
      (family) => html`
        <section>
          ${groups.length > 1 ? html`<h3>${family.title}</h3>` : ''}
          <div class="charts">${this.charts(family)}</div>
        </section>
      `,
    );
  }

  private charts({ results }: Family) {
    // Two beside each other where both stay readable.
    const columns = this.measured.width >= 680 ? 2 : 1;
    const width = Math.floor((this.measured.width - (columns - 1) * GAP) / columns) - 2 * PADDING - 2;
    const options = { variants: this.variants, width };
    const limit = this.limitBytes === undefined ? {} : { limitBytes: this.limitBytes };
    return html`
      <div class="panel">
        <fieldset>
          <legend class="hidden-words">Left chart</legend>
          ${this.speeds.map(
            ({ id, title }) => html`
              <label>
                <input
                  type="radio"
                  name="speed"
                  .checked=${this.shown === id}
                  @change=${() => {
                    this.speed = id;
                  }}
                />
                ${title}
              </label>
            `,
          )}
        </fieldset>
        ${this.speedChart(results, options)}
        ${this.shown === 'roofline' ? '' : chartTable(this.shown === 'time' ? 'Median time' : 'Throughput', results, CHART_VALUES[this.shown])}
      </div>
      <div class="panel">
        <h3>Workspace memory</h3>
        ${memoryChart(results, { ...options, ...limit })}
        ${chartTable('Workspace memory', results, CHART_VALUES.memory)}
      </div>
      ${
        this.shown === 'roofline' && this.roofs
          ? html`<tw-roofline-table
              class="panel"
              .results=${results}
              .roofs=${this.roofs}
            ></tw-roofline-table>`
          : ''
      }
    `;
  }

  private get speeds() {
    return SPEEDS.filter(({ id }) => id !== 'roofline' || this.roofs !== undefined);
  }

  /** A report that is opened may have no roofs. */
  private get shown() {
    return this.roofs === undefined && this.speed === 'roofline' ? 'time' : this.speed;
  }

  private speedChart(results: readonly Result[], options: ChartOptions): Chart {
    const { matmul, roofs } = this;
    if (this.shown === 'roofline' && roofs) return rooflineChart(results, { ...options, roofs, matmul });
    return this.shown === 'throughput'
      ? throughputChart(results, { ...options, matmul })
      : timeChart(results, options);
  }

  static override readonly styles = [
    base,
    panel,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      section + section {
        margin-top: 1.5rem;
      }
      .charts {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
      }
      .panel {
        position: relative;
        padding: 16px;
        overflow: hidden;
      }
      .panel h3,
      fieldset {
        display: flex;
        align-items: center;
        gap: 1rem;
        height: 1.75rem;
        margin: 0 0 0.5rem;
        padding: 0;
        border: 0;
      }
      label {
        position: relative;
        border-bottom: 2px solid transparent;
        color: var(--wa-color-text-quiet);
        font-size: 0.9375rem;
        font-weight: 650;
        letter-spacing: -0.015em;
        cursor: pointer;
      }
      label input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      label:has(:checked) {
        border-color: var(--wa-color-brand-fill-loud);
        color: var(--wa-color-text-normal);
      }
      label:has(:focus-visible) {
        outline: var(--wa-focus-ring);
        outline-offset: var(--wa-focus-ring-offset);
      }
    `,
  ];
}

// In pixels; the styles above have the same.
const GAP = 12;
const PADDING = 16;

declare global {
  interface HTMLElementTagNameMap {
    'tw-charts': ResultCharts;
  }
}
