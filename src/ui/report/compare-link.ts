import { numberIn } from '../../core/words.ts';
import type { Result } from '../../measure/report.ts';
import type { OperationId } from '../../operations/list.ts';
import { requireOperation } from '../../operations/registry.ts';
import type { Fields } from '../form/fields.ts';
import { packLink } from '../form/link-codec.ts';
import { problemDefaults } from '../form/problem-forms.ts';

/** The compare page, from another page of the site. */
const PAGE = '../compare/';

/**
 * The address of the compare page with a result's variant beside its baseline, on its problem; `undefined` for the baseline
 * itself. @param fields of the form that the result was measured with, which may hold several sizes
 */
export function compareLink(operation: OperationId, fields: Fields, result: Result): string | undefined {
  const { options } = requireOperation(operation);
  const sizeField = options.find(({ sizes }) => sizes !== undefined)?.name ?? '';
  const size = numberIn(result.problem, sizeField);
  if (result.operation !== operation || result.variant === result.baseline || Number.isNaN(size))
    return undefined;
  const names = Object.keys(problemDefaults(operation));
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
  const pane = { sources: {}, modifiers: {} };
  const setup = {
    operation,
    fields: { ...own, [sizeField]: String(size) },
    seed: Number(fields['seed'] ?? 1),
    budgetMs: 2000,
    yardstick: fields['yardstick'] !== 'off',
    panes: [
      { ...pane, variant: result.baseline, params: {} },
      { ...pane, variant: result.variant, params: result.params },
    ],
  };
  return PAGE + packLink({ version: 1 }, setup);
}
