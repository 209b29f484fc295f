import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { plural } from '../../../core/words.ts';
import { saveIcon } from '../../shell/icons.ts';
import { saveFile } from '../../shell/save-file.ts';
import { base, figures, panel } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';
import { recallChart } from './recall-chart.ts';
import type { RecallStudy } from './study.ts';

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
      <section class="panel">
        <div class="head">
          <h2>All numbers</h2>
          <wa-button data-action="save" size="s" appearance="outlined" @click=${this.save}>
            <span slot="start">${saveIcon}</span>Save as JSON
          </wa-button>
        </div>
        ${table(study)}
        <p class="small quiet">
          ${plural(numQueries, 'query', 'queries')}, ${plural(numDocuments, 'document')} of ${embedDim}
          numbers, the ${k} nearest of each by inner product.
        </p>
      </section>
    `;
  }

  private readonly save = (): void => {
    const text = JSON.stringify({ format: 'tilewise-recall-study', version: 1, ...this.study }, undefined, 2);
    saveFile('tilewise-recall-study.json', text, 'application/json');
  };

  static override readonly styles = [
    base,
    panel,
    figures,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      .panel {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.6rem;
        padding: 1.1rem 1.25rem;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 1rem;
      }
      th:first-child {
        text-align: left;
      }
    `,
  ];
}

const HEADINGS = ['Form', 'Bytes a document', '× smaller', 'Recall', 'Nearest first'];

function table({ rows, embedDim }: RecallStudy): TemplateResult {
  return html`
    <div class="scroller" tabindex="0" role="region" aria-label="Forms, scrollable">
      <table>
        <caption class="hidden-words">
          Bytes and recall by form
        </caption>
        <thead>
          <tr>
            ${HEADINGS.map((heading) => html`<th scope="col">${heading}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ label, bytesPerRow, recall, first }) => html`
              <tr>
                <th scope="row">${label}</th>
                <td>${bytesPerRow.toFixed(1)}</td>
                <td>${((4 * embedDim) / bytesPerRow).toFixed(1)}</td>
                <td>${(100 * recall).toFixed(1)} %</td>
                <td>${(100 * first).toFixed(1)} %</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-retrieve-results': RetrieveResults;
  }
}
