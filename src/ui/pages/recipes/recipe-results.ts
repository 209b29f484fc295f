import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import {
  formatBytes,
  formatError,
  formatMs,
  formatMsInterval,
  formatNumber,
} from '../../../measure/format.ts';
import { MOST_CHECKED, type RecipeStudy } from '../../../recipes/loss-recipes/study.ts';
import { numbersPanel, studyPanelStyles } from '../../report/study-panels.ts';
import { base, figures, panel } from '../../shell/styles.ts';

/** Studies of this visit, the latest first. */
@customElement('tw-recipe-results')
export class RecipeResults extends LitElement {
  @property({ attribute: false }) studies: readonly RecipeStudy[] = [];
  /** The device's name, for the saved file. */
  @property() adapter = '';

  override render() {
    const { studies, adapter } = this;
    if (studies.length === 0) return nothing;
    return numbersPanel(
      {
        ...{ name: 'tilewise-recipe-study', study: { adapter, studies } },
        ...{ caption: 'Errors, time and memory by recipe', headings: HEADINGS },
      },
      studies.map(numbersOf),
      html`Error: of the value, against float64, at ${MOST_CHECKED} rows at most. Gradients: the difference
      from slopes in float64 along random directions, over the length of the gradient. A recipe above 5e-6 or
      1e-5 is wrong, and has no time. Time: the whole recipe, transfers and work on the host included. ×
      naive: how many times as long the same calls take with the naive variant, which stores the matrix, round
      by round. Memory: the most that a call takes beside its tensors.`,
    );
  }

  static override readonly styles = [base, panel, figures, studyPanelStyles];
}

const HEADINGS = ['Recipe', 'Rows', 'Value', 'Error', 'Gradients', 'Time', '× naive', 'Memory', 'Naive'];

function numbersOf(study: RecipeStudy): TemplateResult {
  const { value, error, gradients, ok, cost, naive, speedUp } = study;
  return html`
    <tr>
      <th scope="row">${labelOf(study)}</th>
      <td>${study.size}</td>
      <td>${value.toPrecision(6)}</td>
      <td data-figure="error">${formatError(error)}</td>
      <td data-figure="gradients">
        ${gradients.map((one) => html`<div>${one.input} ${formatError(one.error)}</div>`)}
      </td>
      <td>${cost === undefined ? (ok ? '' : 'wrong') : withInterval(cost.ms)}</td>
      <td>
        ${
          speedUp === undefined
            ? ''
            : html`${formatNumber(speedUp.median)}
                <div class="small quiet">${formatNumber(speedUp.low)}–${formatNumber(speedUp.high)}</div>`
        }
      </td>
      <td>${cost === undefined ? '' : formatBytes(cost.workspaceBytes)}</td>
      <td>
        ${typeof naive === 'string' ? naive : naive === undefined ? '' : formatBytes(naive.workspaceBytes)}
      </td>
    </tr>
  `;
}

/** The recipe, and those of its parameters that are words. */
const labelOf = ({ id, params }: RecipeStudy): string =>
  [id, ...Object.values(params).filter((value) => typeof value === 'string')].join(' ');

const withInterval = ({ median, low, high }: { median: number; low: number; high: number }): TemplateResult =>
  html`${formatMs(median)}
    <div class="small quiet">${formatMsInterval(median, low, high)}</div>`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-recipe-results': RecipeResults;
  }
}
