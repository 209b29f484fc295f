import { powerOfTwo, sizeClass } from '../../tile/size-class.ts';
import type { ContrastiveProblem } from './problem.ts';

/** The loss, the gradients, a width bucket and a size class. */
export function contrastiveTuningClass(problem: ContrastiveProblem): string[] {
  const { loss, gradients, embedDim, numRows, numCols, prefixDims, teacherDim, dtype = 'f32' } = problem;
  return [
    dtype,
    loss,
    gradients.length > 0 ? gradients.join(' ') : 'loss alone',
    `embedDim ≤ ${powerOfTwo(embedDim)}`,
    ...(prefixDims === undefined ? [] : [`prefixDims ${prefixDims.join(' ')}`]),
    ...(teacherDim === undefined ? [] : [`teacherDim ≤ ${powerOfTwo(teacherDim)}`]),
    sizeClass(Math.max(numRows, numCols)),
  ];
}
