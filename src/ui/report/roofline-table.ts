import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Report, Result } from '../../measure/report.ts';
import { ROOFLINE_COLUMNS, rooflineCells, rooflinePoints, rooflineWords } from '../../measure/roofline.ts';
import { base, figures } from '../shell/styles.ts';

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
    figures,
    css`
      :host {
        display: block;
        flex: 1 1 100%;
        min-width: 0;
      }
      table {
        width: 100%;
      }
      th:nth-child(2),
      td:nth-child(2) {
        text-align: left;
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
