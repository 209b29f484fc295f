import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatMs } from '../../../measure/format.ts';
import { METHODS } from '../../../operations/kv-cache/methods/index.ts';
import type { CacheStudy } from '../../../operations/kv-cache/study.ts';
import { choiceField } from '../../form/form-fields.ts';
import { saveIcon } from '../../shell/icons.ts';
import { saveFile } from '../../shell/save-file.ts';
import { base, figures, panel } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';
import { budgetChart, frontierChart, LOSSES, timeBars, type LossId, type StudiedRow } from './charts.ts';

const isLoss = (value: string): value is LossId => Object.hasOwn(LOSSES, value);

/** A study: loss over bytes and over budgets, time, and all numbers in a table. */
@customElement('tw-cache-results')
export class CacheResults extends LitElement {
  @property({ attribute: false }) study: CacheStudy | undefined;
  @state() private loss: LossId = 'outputRelL2';
  private readonly measured = new WidthController(this);

  override render() {
    const { study, loss } = this;
    if (study === undefined) return nothing;
    const rows = study.rows.map((row): StudiedRow => ({ ...row, kind: kindOf(row.id) }));
    const width = Math.min(760, this.measured.width - 42);
    const selections = rows.filter(({ kind }) => kind === 'selection');
    return html`
      <section class="panel">
        <div class="head">
          <h2>What each method loses, and takes</h2>
          ${choiceField(
            {
              fields: { loss },
              errors: {},
              set: (_, value) => {
                if (isLoss(value)) this.loss = value;
              },
            },
            'loss',
            'Loss',
            Object.entries(LOSSES).map(([value, { label }]) => ({ value, label })),
          )}
        </div>
        ${width > 0 ? frontierChart(rows, loss, { width }) : nothing}
        <p class="small quiet">
          The line joins methods that no other beats in both bytes and loss. A method that loses nothing has
          no place on a logarithmic axis. The error of the output alone can mislead: look at the other losses,
          too.
        </p>
      </section>
      ${
        selections.length === 0
          ? nothing
          : html`<section class="panel">
              <h2>What a budget buys</h2>
              ${width > 0 ? budgetChart(rows, loss, { width }) : nothing}
            </section>`
      }
      <section class="panel">
        <h2>One step of decoding</h2>
        ${width > 0 ? timeBars(rows, { width }) : nothing}
        <p class="small quiet">
          Time to attend from the last query token of each head. Kernels that are wrong have none.
        </p>
      </section>
      <section class="panel">
        <div class="head">
          <h2>All numbers</h2>
          <wa-button data-action="save" size="s" appearance="outlined" @click=${this.save}>
            <span slot="start">${saveIcon}</span>Save as JSON
          </wa-button>
        </div>
        ${table(rows)}
        <p class="small quiet">
          ${study.run.queries} last queries of each head, ${study.run.coverage} in float64. A forgotten key
          counts in KL as if 2⁻²⁴ of the attention were left to it. Kernel: error against float64 over the
          decoded cache.
        </p>
      </section>
    `;
  }

  private readonly save = (): void => {
    const text = JSON.stringify({ format: 'tilewise-cache-study', version: 1, ...this.study }, undefined, 2);
    saveFile('tilewise-cache-study.json', text, 'application/json');
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
        align-items: end;
        justify-content: space-between;
        gap: 0.5rem 1rem;
      }
      th:first-child {
        text-align: left;
      }
    `,
  ];
}

const kindOf = (id: string): StudiedRow['kind'] =>
  METHODS.find((method) => method.id === id)?.kind ?? 'format';

const HEADINGS = [
  'Method',
  'Bytes a token',
  'Keys left',
  'Output',
  'Largest score',
  'KL',
  'Same top',
  'Kernel',
  'Time',
];

function table(rows: readonly StudiedRow[]): TemplateResult {
  return html`
    <div class="scroller" tabindex="0" role="region" aria-label="Methods, scrollable">
      <table>
        <caption class="hidden-words">
          Loss, bytes and time by method
        </caption>
        <thead>
          <tr>
            ${HEADINGS.map((heading) => html`<th scope="col">${heading}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`
              <tr>
                <th scope="row">${row.label}</th>
                <td>${row.bytesPerToken.toFixed(1)}</td>
                <td>${row.keptTokens}</td>
                <td>${row.outputRelL2.toPrecision(3)}</td>
                <td>${row.logitMaxAbs.toPrecision(3)}</td>
                <td>${row.kl.toPrecision(3)}</td>
                <td>${(100 * row.sameTop).toFixed(1)} %</td>
                <td>${row.kernelRelL2.toExponential(1)}</td>
                <td>${row.ms === null ? 'wrong' : formatMs(row.ms)}</td>
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
    'tw-cache-results': CacheResults;
  }
}
