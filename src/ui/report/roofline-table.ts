import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Report, Result } from '../../measure/report.ts';
import { rooflinePoints, rooflineTable, rooflineWords } from '../../measure/roofline.ts';
import { plainTable } from './plain-table.ts';
import { base, figures } from '../shell/styles.ts';

/** The figures behind the roofline: traffic beside the least possible, work executed beside useful work. */
@customElement('tw-roofline-table')
export class RooflineTable extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  @property({ attribute: false }) roofs: Report['peaks'];

  override render() {
    if (!this.roofs) return '';
    const { headings, rows } = rooflineTable(rooflinePoints(this.results, this.roofs));
    return html`
      ${plainTable<TemplateResult>(html, 'Roofline, as a table', headings, rows)}
      <p class="small quiet">${rooflineWords(this.roofs)}</p>
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
