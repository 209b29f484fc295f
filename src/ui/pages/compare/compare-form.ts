import '@awesome.me/webawesome/dist/components/button/button.js';
import { html, nothing, type TemplateResult } from 'lit';
import { OPERATIONS } from '../../../operations/index.ts';
import { choiceField, switchField, textField, type Form } from '../../form/form-fields.ts';
import { runIcon } from '../../shell/icons.ts';
import { problemControls } from '../../form/problem-forms.ts';
import type { Setup } from './setup.ts';

const BUDGETS = ['500', '2000', '5000', '20000'].map((value) => ({
  value,
  label: `${Number(value) / 1000} s of sampling`,
}));

/** The state of the form, and its listeners. */
export interface CompareForm {
  readonly setup: Setup;
  readonly errors: Form['errors'];
  readonly running: boolean;
  readonly ready: boolean;
  /** The letters of the panes that a run measures, if it keeps the results of others. */
  readonly changed: readonly string[];
  readonly runAll: () => void;
  /** Sets a field of the problem. */
  readonly setField: Form['set'];
  /** Sets a field that is not part of the problem. */
  readonly setOther: Form['set'];
  readonly submit: (event: Event) => void;
}

/** The problem that all panes share, and how long they are measured. */
export function compareForm(form: CompareForm): TemplateResult {
  const { setup, errors, running, ready, changed } = form;
  const problem: Form = { fields: setup.fields, errors, set: form.setField };
  const others: Form = {
    fields: {
      operation: setup.operation,
      budgetMs: String(setup.budgetMs),
      seed: String(setup.seed),
      yardstick: setup.yardstick ? 'on' : 'off',
    },
    errors: {},
    set: form.setOther,
  };
  const operations = OPERATIONS.map(({ id, title }) => ({ value: id, label: title }));
  return html`
    <form class="panel" novalidate @submit=${form.submit} aria-label="What to compare">
      <fieldset>
        <legend>One problem for all</legend>
        <div class="fields">
          <div class="wide">${choiceField(others, 'operation', 'Operation', operations)}</div>
          ${problemControls(setup.operation, problem)}
        </div>
      </fieldset>
      <fieldset>
        <legend>Measuring</legend>
        <div class="fields">
          <div class="wide">${choiceField(others, 'budgetMs', 'Sampling budget', budgets(setup))}</div>
          <div class="wide">${textField(others, 'seed', 'Seed of the inputs')}</div>
          <div class="wide">
            ${switchField(others, 'yardstick', 'Measure matmul too', 'The fastest plain matmul, to compare with: once, in the first run.')}
          </div>
        </div>
        ${errors[''] === undefined ? nothing : html`<p class="cost small error">${errors['']}</p>`}
      </fieldset>
      <div class="go">
        <div class="buttons">
          <wa-button type="submit" variant="brand" size="m" ?loading=${running} ?disabled=${!ready}>
            <span slot="start">${runIcon}</span
            >Run${changed.length === 0 ? '' : ` ${changed.join(', ')} alone`}
          </wa-button>
          ${
            changed.length === 0
              ? nothing
              : html`<wa-button data-action="run-all" size="m" appearance="outlined" @click=${form.runAll}>
                  Run all
                </wa-button>`
          }
        </div>
        ${
          changed.length === 0
            ? nothing
            : html`<p class="small quiet" data-state="keeps">
                The others have not changed: their samples are kept, and ${changed.join(', ')} compared with
                them.
              </p>`
        }
      </div>
    </form>
  `;
}

/** A budget that came with a link is offered too. */
function budgets({ budgetMs }: Setup) {
  const known = BUDGETS.some(({ value }) => value === String(budgetMs));
  return known ? BUDGETS : [...BUDGETS, { value: String(budgetMs), label: `${budgetMs} ms of sampling` }];
}
