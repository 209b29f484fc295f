import { UnsupportedError } from '../../../core/errors.ts';
import { optionsOf, type Control, type Option } from '../../../core/option.ts';
import { isSet } from '../../../core/option-table.ts';
import { lossOf } from '../losses/index.ts';
import type { LossOption } from '../losses/loss.ts';
import type { ContrastiveProblem } from '../problem.ts';

/** A row whose `apply` knows what its control reads. */
export const option = optionsOf<ContrastiveProblem>();

/** Fields that callers of the library know by other names. */
const ARGUMENTS: Readonly<Partial<Record<LossOption, string>>> = {
  extraCols: 'hardNegatives or queue',
  rowNegatives: 'hardNegatives',
};

/** A row that only the losses go with which name it among their options, and why others do not. */
export function optionOfSome<const C extends Control>(
  because: string,
  row: Parameters<typeof option<C>>[0] & { readonly name: LossOption },
): Option<ContrastiveProblem> {
  const { name } = row;
  return {
    ...option(row),
    check(problem) {
      const { id, options } = lossOf(problem.loss);
      if (isSet(row, problem) && !options.includes(name)) {
        const reason = `${ARGUMENTS[name] ?? name} makes no sense with loss '${id}': ${because}`;
        throw new UnsupportedError(reason, name);
      }
      row.check?.(problem);
    },
  };
}
