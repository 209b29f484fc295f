import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Result } from '../measure/report.ts';
import { ACROSS, DOWN, sweepsOf, sweepTable, sweepTitle, type Sweep } from '../measure/sweep.ts';
import { heatMap } from './charts.ts';
import { base, panel } from './styles.ts';

/** Wider, cells would be slabs. */
const WIDEST = 640;

/** A heat map for every sweep among results, each with its table. */
@customElement('tw-heat-maps')
export class HeatMaps extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  @state() private width = 0;
  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry) this.width = Math.floor(entry.contentRect.width);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.observer.disconnect();
    super.disconnectedCallback();
  }

  override render() {
    if (this.width === 0) return '';
    return sweepsOf(this.results).map(
      (sweep) => html`
        <section class="panel">
          <h2>${sweepTitle(sweep)}</h2>
          <p class="small quiet">Median time by tile: the stronger the colour, the faster.</p>
          ${heatMap(sweep, { width: Math.min(WIDEST, this.width - 34) })}
          <details>
            <summary class="small">As a table</summary>
            <div class="scroller" tabindex="0" role="region" aria-label=${sweepTitle(sweep)}>
              ${table(sweep)}
            </div>
          </details>
        </section>
      `,
    );
  }

  static override readonly styles = [
    base,
    panel,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
        min-width: 0;
      }
      section {
        padding: 16px;
        overflow: hidden;
      }
      p {
        margin: 0.25rem 0 0.5rem;
      }
      summary {
        width: fit-content;
        color: var(--wa-color-text-link);
        cursor: pointer;
      }
      .scroller {
        overflow-x: auto;
      }
      table {
        margin-top: 0.5rem;
        border-collapse: collapse;
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 0.3rem 0.75rem;
        text-align: right;
        white-space: nowrap;
      }
      th {
        color: var(--wa-color-text-quiet);
        font-weight: 500;
      }
      tbody tr {
        border-top: 1px solid var(--wa-color-surface-border);
      }
    `,
  ];
}

function table(sweep: Sweep) {
  const { across, rows } = sweepTable(sweep);
  return html`
    <table>
      <thead>
        <tr>
          <th scope="col">${DOWN} ↓ ${ACROSS} →</th>
          ${across.map((value) => html`<th scope="col">${value}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ down, words }) => html`
            <tr>
              <th scope="row">${down}</th>
              ${words.map((word) => html`<td>${word}</td>`)}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-heat-maps': HeatMaps;
  }
}
