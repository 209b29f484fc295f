import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatMs } from '../../../measure/format.ts';
import { claimsBeside } from '../../../operations/kv-cache/claims.ts';
import { METHODS } from '../../../operations/kv-cache/methods/index.ts';
import type { CacheStudy } from '../../../operations/kv-cache/study.ts';
import { choiceField } from '../../form/form-fields.ts';
import { numbersPanel, studyPanelStyles } from '../../report/study-panels.ts';
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
      ${claimsPanel(study)}
      ${numbersPanel(
        {
          name: 'tilewise-cache-study',
          study,
          caption: 'Loss, bytes and time by method',
          headings: HEADINGS,
        },
        rows.map(numbersOf),
        html`${study.run.queries} last queries of each head, ${study.run.coverage} in float64. A forgotten key
        counts in KL as if 2⁻²⁴ of the attention were left to it. Kernel: error against float64 over the
        decoded cache. Encode, and append one token: on the CPU, in float64. Time × f32: over the time of the
        exact cache, round by round.`,
      )}
    `;
  }

  static override readonly styles = [
    base,
    panel,
    figures,
    studyPanelStyles,
    css`
      /* Twelve columns beside the form. */
      th,
      td {
        padding-inline: 0.3rem;
      }
    `,
  ];
}

/** Published figures of the methods that were studied, beside what was measured. */
function claimsPanel(study: CacheStudy): TemplateResult | typeof nothing {
  const claims = claimsBeside(study);
  if (claims.length === 0) return nothing;
  return html`
    <section class="panel claims">
      <h2>Published figures beside these</h2>
      <dl>
        ${claims.map(
          ({ label, published, measured, differs }) => html`
            <dt>${label}: ${published}.</dt>
            <dd>Here: ${measured}.</dd>
            <dd class="small quiet">Not the same: ${differs}</dd>
          `,
        )}
      </dl>
    </section>
  `;
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
  'Encode',
  'Append',
  'Time',
  'Time × f32',
];

const numbersOf = (row: StudiedRow): TemplateResult => html`
  <tr>
    <th scope="row">${row.label}</th>
    <td>${row.bytesPerToken.toFixed(1)}</td>
    <td>${row.keptTokens}</td>
    <td>${row.outputRelL2.toPrecision(3)}</td>
    <td>${row.logitMaxAbs.toPrecision(3)}</td>
    <td>${row.kl.toPrecision(3)}</td>
    <td>${(100 * row.sameTop).toFixed(1)} %</td>
    <td>${row.kernelRelL2.toExponential(1)}</td>
    <td>${formatMs(row.encodeMs)}</td>
    <td>${formatMs(row.appendMs)}</td>
    <td>${row.ms === null ? 'wrong' : formatMs(row.ms)}</td>
    <td>${row.timeOverExact === null ? '' : row.timeOverExact.toFixed(2)}</td>
  </tr>
`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-cache-results': CacheResults;
  }
}
