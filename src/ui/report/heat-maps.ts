import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Result } from '../../measure/report.ts';
import { ACROSS, DOWN, sweepsOf, sweepTable, sweepTitle, type Sweep } from '../../measure/sweep.ts';
import { heatMap } from './charts.ts';
import { base, figures, panel, linkSummary } from '../shell/styles.ts';
import { WidthController } from '../shell/width-controller.ts';

/** The largest width of a heat map: on a wide page, its cells would be too long. */
const WIDEST = 640;

/** A heat map for every sweep among results, each with its table. */
@customElement('tw-heat-maps')
export class HeatMaps extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  private readonly measured = new WidthController(this);

  override render() {
    if (this.measured.width === 0) return '';
    return sweepsOf(this.results).map(
      (sweep) => html`
        <section class="panel">
          <h2>${sweepTitle(sweep)}</h2>
          <p class="small quiet">Median time by tile: the stronger the colour, the faster.</p>
          ${heatMap(sweep, { width: Math.min(WIDEST, this.measured.width - 34) })}
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
    linkSummary,
    panel,
    figures,
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
      table {
        margin-top: 0.5rem;
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
