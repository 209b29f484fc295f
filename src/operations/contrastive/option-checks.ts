import { UnsupportedError } from '../../core/errors.ts';
import { checkFields, isSet } from '../../core/option-table.ts';
import { lossOf } from './losses/index.ts';
import { contrastiveOptions } from './options/index.ts';
import type { ContrastiveProblem } from './problem.ts';

/** @throws ShapeError naming the option, UnsupportedError naming what it cannot be combined with */
export function checkOptions(problem: ContrastiveProblem): void {
  const { loss } = problem;
  const named: readonly string[] = lossOf(loss).options;
  for (const row of contrastiveOptions) {
    const { name, because } = row;
    if (because === undefined || named.includes(name) || !isSet(row, problem)) continue;
    throw new UnsupportedError(`${publicName(name)} makes no sense with loss '${loss}': ${because}`, name);
  }
  checkFields(contrastiveOptions, problem);
}

/** What the caller of the public API called it. */
function publicName(name: string): string {
  if (name === 'extraCols') return 'hardNegatives or queue';
  return name === 'rowNegatives' ? 'hardNegatives' : name;
}
