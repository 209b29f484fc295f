import { UnsupportedError } from '../../core/errors.ts';
import { lossOf } from './losses/index.ts';
import { contrastiveOptions } from './options/index.ts';
import type { ContrastiveProblem } from './problem.ts';

/** Everything a problem may leave out. */
export const OPTION_NAMES = [
  ...(['labels', 'rowScales', 'logitBias', 'normalize', 'labelSmoothing', 'margin'] as const),
  ...(['ids', 'falseNegativeMargin', 'extraCols', 'rowNegatives', 'sigma', 'metrics', 'hardest'] as const),
];

/** @throws ShapeError naming the option, UnsupportedError naming what it cannot be combined with */
export function checkOptions(problem: ContrastiveProblem): void {
  const { loss } = problem;
  const named: readonly string[] = lossOf(loss).options;
  for (const { name, because } of contrastiveOptions) {
    if (because === undefined || named.includes(name)) continue;
    if (problem[name as keyof ContrastiveProblem] !== undefined) {
      throw new UnsupportedError(`${publicName(name)} makes no sense with loss '${loss}': ${because}`, name);
    }
  }
  for (const option of contrastiveOptions) option.check?.(problem);
}

/** What the caller of the public API called it. */
function publicName(name: string): string {
  if (name === 'extraCols') return 'hardNegatives or queue';
  return name === 'rowNegatives' ? 'hardNegatives' : name;
}
