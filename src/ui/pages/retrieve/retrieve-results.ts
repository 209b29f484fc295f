import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { plural } from '../../../core/words.ts';
import { numbersPanel, studyPanelStyles } from '../../report/study-panels.ts';
import { base, figures, panel } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';
import { recallChart } from './recall-chart.ts';
import type { RecallRow, RecallStudy } from './study.ts';

/** A comparison of forms: recall over bytes, and all numbers in a table. */
@customElement('tw-retrieve-results')
export class RetrieveResults extends LitElement {
  @property({ attribute: false }) study: RecallStudy | undefined;
  private readonly measured = new WidthController(this);

  override render() {
    const { study } = this;
    if (study === undefined) return nothing;
    const { numQueries, numDocuments, embedDim, k } = study;
    const width = Math.min(760, this.measured.width - 42);
    return html`
      <section class="panel">
        <h2>Recall beside bytes</h2>
        ${width > 0 ? recallChart(study, { width }) : nothing}
        <p class="small quiet">
          Numbers along a line are candidates: so many of the nearest are compared once more, in f32. Their
          bytes are shared out among all documents.
        </p>
      </section>
      ${numbersPanel(
        { name: 'tilewise-recall-study', study, caption: 'Bytes and recall by form', headings: HEADINGS },
        study.rows.map((row) => numbersOf(row, embedDim)),
        html`${plural(numQueries, 'query', 'queries')}, ${plural(numDocuments, 'document')} of ${embedDim}
        numbers, the ${k} nearest of each by inner product.`,
      )}
    `;
  }

  static override readonly styles = [base, panel, figures, studyPanelStyles];
}

const HEADINGS = ['Form', 'Bytes a document', '× smaller', 'Recall', 'Nearest first'];

const numbersOf = (
  { label, bytesPerRow, recall, first }: RecallRow,
  embedDim: number,
): TemplateResult => html`
  <tr>
    <th scope="row">${label}</th>
    <td>${bytesPerRow.toFixed(1)}</td>
    <td>${((4 * embedDim) / bytesPerRow).toFixed(1)}</td>
    <td>${(100 * recall).toFixed(1)} %</td>
    <td>${(100 * first).toFixed(1)} %</td>
  </tr>
`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-retrieve-results': RetrieveResults;
  }
}
