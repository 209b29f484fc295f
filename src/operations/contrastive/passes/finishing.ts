import { ceilDiv, read, type Pass } from '../../../core/plan.ts';
import { lossOf } from '../losses/index.ts';
import { contrastivePass, lossSum, sumPass } from './pass.ts';
import type { ContrastiveProblem } from '../problem.ts';
import { rowNegativesPasses } from './row-negatives.ts';
import { gradientOf, gradientSlices, rowsOf, type Slice } from './slices.ts';
import { scaleTerms } from './terms.ts';

const WORKGROUP_SIZE = 64;

/** What follows the gradients: sums over their terms, and the way through the normalisation. */
export function finishingPasses(
  problem: ContrastiveProblem,
  rows: readonly Slice[],
  cols: readonly Slice[],
): Pass[] {
  const { numRows, embedDim, gradients, loss, normalize, rowScales } = problem;
  const wantsScale = gradients.includes('logitScale');
  const { pairwise, own: ownPasses } = lossOf(loss);
  const through = (own: Slice): Pass =>
    contrastivePass(problem, {
      label: `normalised ${own.of}Grad`,
      shader: 'contrastive/normalize_gradient',
      constants: { WORKGROUP_SIZE, DEPTH: embedDim },
      bindings: [...read('lines'), rowsOf(own, 'rows'), gradientOf(own)],
      workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
      flops: 6 * embedDim * own.count,
      own,
    });
  return [
    ...(pairwise ? lossSum(problem) : []),
    ...rowNegativesPasses(problem, rows, 'gradients'),
    ...(normalize === true && gradients.includes('x') ? rows.map(through) : []),
    ...(normalize === true && gradients.includes('y') ? gradientSlices(problem, cols).map(through) : []),
    ...(wantsScale ? (ownPasses?.beforeScaleSum(numRows, scaleTerms(problem)) ?? []) : []).map((pass) =>
      contrastivePass(problem, pass),
    ),
    ...(wantsScale && rowScales !== true ? [sumPass('scaleTerms', 'logitScaleGrad', numRows)] : []),
    ...(gradients.includes('logitBias') ? [sumPass('biasTerms', 'logitBiasGrad', numRows)] : []),
  ];
}
