import { lossOf } from '../operations/contrastive/losses/index.ts';
import { hasLabelLogits, hasOnePositive } from '../operations/contrastive/passes/lines.ts';
import { hasStats } from '../operations/contrastive/passes/statistics.ts';
import type { ContrastiveProblem } from '../operations/contrastive/problem.ts';
import type { Range } from '../operations/contrastive/ring/part.ts';

/** Whether each row's positive, or all of them, are at home with the row's own rank. */
export function positivesAtHome(
  problem: ContrastiveProblem,
  rows: readonly Range[],
  cols: readonly Range[],
): boolean {
  if (!hasLabelLogits(problem) && !hasOnePositive(problem)) return true;
  if (problem.labels === true || problem.oneTensor === true) return rows.length === 1;
  return rows.every(({ first, count }, rank) => {
    const home = cols[rank];
    return home !== undefined && home.first <= first && first + count <= home.first + home.count;
  });
}

/** Whether columns go round for gradients, or for losses that are known pair by pair. */
export const hasGradientRound = ({ loss, gradients }: ContrastiveProblem): boolean =>
  gradients.length > 0 || lossOf(loss).pairwise;

/** How many times the columns go round. */
export const roundsOf = (
  problem: ContrastiveProblem,
  rows: readonly Range[],
  cols: readonly Range[],
): number =>
  [!positivesAtHome(problem, rows, cols), hasStats(problem), hasGradientRound(problem)].filter(Boolean)
    .length;
