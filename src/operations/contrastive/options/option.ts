import { UnsupportedError } from '../../../core/errors.ts';
import { optionsOf, type Control, type Option } from '../../../core/option.ts';
import { isSet } from '../../../core/option-table.ts';
import type { ContrastiveArgs } from '../api.ts';
import { lossOf } from '../losses/index.ts';
import type { LossOption } from '../losses/loss.ts';
import type { ContrastiveProblem } from '../problem.ts';

/** A row of the contrastive table: its field is in `ContrastiveProblem`, its argument in `ContrastiveArgs`. */
export const option = optionsOf<ContrastiveProblem, ContrastiveArgs>();

/** Headings of the form. */
export const PAIRS = 'Positives and negatives';
export const LOGITS = 'Logits';
export const LOSS = 'Loss and metrics';
export const TEACHER = 'Teacher';

/** More than any tensor has. */
export const MOST_ROWS = 2 ** 24;

/** A row that only the losses go with which name it among their options, and why others do not. */
export function optionOfSome<const C extends Control>(
  because: string,
  row: Parameters<typeof option<C>>[0] & { readonly name: LossOption },
): Option<ContrastiveProblem> {
  const { name, arguments: given = { [name]: true } } = row;
  const argument = Object.keys(given).join(' or ');
  return {
    ...option(row),
    check(problem) {
      const { id, options } = lossOf(problem.loss);
      if (isSet(row, problem) && !options.includes(name)) {
        throw new UnsupportedError(`${argument} makes no sense with loss '${id}': ${because}`, name);
      }
      row.check?.(problem);
    },
  };
}
