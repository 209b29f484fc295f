import type { Draw } from '../../core/corner.ts';
import { LOSSES, lossOf } from './losses/index.ts';
import { REDUCTIONS, type ContrastiveProblem, type Gradient } from './problem.ts';

/** Any loss with any options that it takes. */
export function randomContrastive(draw: Draw): Partial<ContrastiveProblem>[] {
  const extents: Partial<ContrastiveProblem> = {
    numRows: draw.int(1, 80),
    embedDim: draw.oneOf(1, 12),
    logitScale: draw.oneOf(0.01, 1, 14, 100),
  };
  const options: Partial<ContrastiveProblem>[] = [
    { reduction: draw.oneOf(...REDUCTIONS) },
    { labels: true },
    { rowScales: true },
    { normalize: true },
    { labelSmoothing: draw.oneOf(0.1, 0.9) },
    { margin: draw.oneOf(0.2, -0.1) },
    { ids: true },
    { falseNegativeMargin: draw.oneOf(0, 0.2) },
    { extraCols: draw.int(1, 20) },
    { rowNegatives: draw.int(1, 3) },
    { logitBias: draw.oneOf(-10, 1) },
    { sigma: draw.oneOf(0.3, 1) },
    { metrics: true },
    { hardest: draw.int(1, 4) },
  ];
  return [extents, randomLoss(draw), ...options.filter(() => draw.oneOf(true, false))];
}

/** A loss, with rows and columns that it takes, and some gradients. */
function randomLoss(draw: Draw): Partial<ContrastiveProblem> {
  const loss = draw.oneOf(...LOSSES);
  const { oneTensor, symmetric, pairwise } = lossOf(loss);
  const alone = oneTensor === true || (oneTensor === 'either' && draw.oneOf(true, false));
  const numRows = 2 * draw.int(1, 40);
  const paired = alone || symmetric || pairwise;
  const gradients: readonly Gradient[] = alone ? ['x', 'logitScale'] : ['x', 'y', 'logitScale'];
  return {
    ...{ loss, numRows, oneTensor: alone },
    gradients: draw.oneOf(true, false) ? gradients : gradients.filter(() => draw.oneOf(true, false)),
    ...(!paired && { numCols: numRows + draw.int(0, 30) }),
  };
}
