import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Report, Result } from '../measure/report.ts';
import { ROOFLINE_COLUMNS, rooflineCells, rooflinePoints, rooflineWords } from '../measure/roofline.ts';
import { base } from './styles.ts';

/** The figures behind the roofline: traffic beside the least possible, work executed beside useful work. */
@customElement('tw-roofline-table')
export class RooflineTable extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  @property({ attribute: false }) peaks: Report['peaks'];

  override render() {
    if (!this.peaks) return '';
    const points = rooflinePoints(this.results, this.peaks);
    return html`
      <div class="scroller" tabindex="0" role="region" aria-label="Roofline, as a table">
        <table>
          <thead>
            <tr>
              ${ROOFLINE_COLUMNS.map((column) => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${points.map(
              (point) =>
                html`<tr>
                  ${rooflineCells(point).map((cell) => html`<td>${cell}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="small quiet">${rooflineWords(this.peaks)}</p>
    `;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
        flex: 1 1 100%;
        min-width: 0;
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
        padding: 0.35rem 0.75rem;
        text-align: right;
        white-space: nowrap;
      }
      th {
        color: var(--wa-color-text-quiet);
        font-weight: 500;
      }
      th:nth-child(2),
      td:nth-child(2) {
        text-align: left;
      }
      tbody tr {
        border-top: 1px solid var(--wa-color-surface-border);
      }
      p {
        padding: 0.75rem 0.75rem 0;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-roofline-table': RooflineTable;
  }
}
