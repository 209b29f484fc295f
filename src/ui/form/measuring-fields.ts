import { html, type TemplateResult } from 'lit';
import { z } from '../../core/schema.ts';
import { MAX_SEED, SEED } from '../../measure/inputs.ts';
import { count, onOrOff, type Fields } from './fields.ts';
import { choiceField, switchField, textField, type Form } from './form-fields.ts';

/** How to measure, whatever the problem. Older links lack some of these fields. */
export const MEASURING_FIELDS = {
  budgetMs: count(600_000),
  yardstick: z.prefault(onOrOff, 'on'),
  /** The seed of the random inputs. */
  seed: z.prefault(count(MAX_SEED, 0), String(SEED)),
};

export const MEASURING_UNSET: Fields = { yardstick: 'on', seed: String(SEED) };

const BUDGETS = [
  { value: '500', label: '0.5 s a problem' },
  { value: '1000', label: '1 s a problem' },
  { value: '2000', label: '2 s a problem' },
  { value: '5000', label: '5 s a problem' },
  { value: '20000', label: '20 s a problem' },
];

/** The controls of the fields above. */
export function measuringFields(form: Form): TemplateResult {
  return html`
    <div class="fields">
      <div class="wide">${choiceField(form, 'budgetMs', 'Sampling budget', budgets(form))}</div>
      <div class="wide">${textField(form, 'seed', 'Seed of the inputs')}</div>
    </div>
    ${switchField(form, 'yardstick', 'Measure the device too', 'Its fastest matmul, multiply-adds and copies: once, in the first run.')}
  `;
}

/** A budget that came with a link is offered too. */
function budgets({ fields }: Form) {
  const { budgetMs = '' } = fields;
  const known = BUDGETS.some(({ value }) => value === budgetMs);
  return known ? BUDGETS : [...BUDGETS, { value: budgetMs, label: `${budgetMs} ms a problem` }];
}
