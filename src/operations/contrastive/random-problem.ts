import type { Draw } from '../../core/corner.ts';
import { randomFields } from '../../core/option-table.ts';
import { contrastiveProblem } from './fill-problem.ts';
import { LOSSES, lossOf } from './losses/index.ts';
import { contrastiveOptions } from './options/index.ts';
import type { ContrastiveProblem, Gradient } from './problem.ts';

/** Any loss with any options that it takes. */
export function randomContrastive(draw: Draw): Partial<ContrastiveProblem>[] {
  const extents: Partial<ContrastiveProblem> = {
    numRows: draw.int(1, 80),
    embedDim: draw.oneOf(1, 12),
    logitScale: draw.oneOf(0.01, 1, 14, 100),
  };
  const options = randomFields(contrastiveOptions, draw, contrastiveProblem({}));
  return [extents, randomLoss(draw), ...options.filter(() => draw.oneOf(true, false))];
}

/** A loss, with rows and columns that it takes, and some gradients. */
function randomLoss(draw: Draw): Partial<ContrastiveProblem> {
  const loss = draw.oneOf(...LOSSES);
  const { oneTensor, symmetric, pairwise, labels } = lossOf(loss);
  const alone = oneTensor === true || (oneTensor === 'either' && draw.oneOf(true, false));
  const numRows = 2 * draw.int(1, 40);
  const paired = alone || symmetric || (pairwise && labels !== 'sets');
  const gradients: readonly Gradient[] = alone ? ['x', 'logitScale'] : ['x', 'y', 'logitScale'];
  return {
    ...{ loss, numRows, oneTensor: alone },
    gradients: draw.oneOf(true, false) ? gradients : gradients.filter(() => draw.oneOf(true, false)),
    ...(!paired && { numCols: numRows + draw.int(0, 30) }),
  };
}
