import { sizeOf } from '../../core/tensor.ts';
import type { AttentionProblem } from '../attention/problem.ts';

/** An attention problem whose gradients are wanted; the gradient of its output is an input. */
export interface AttentionBackwardProblem extends AttentionProblem {
  /** The lse has a gradient of its own, which is an input. */
  readonly lseGrad?: boolean;
}

/** Options of the forward whose keys have no gradients. */
export const FORWARD_ONLY = ['pages', 'selected'] as const;

/** Element counts of the gradients that are summed in f32 whatever the tensors are made of. */
export function sumSizes(problem: AttentionBackwardProblem) {
  return {
    ...(problem.biasShape && { biasGrad: sizeOf(problem.biasShape) }),
    ...(problem.sinks === true && { sinksGrad: problem.numHeads }),
  };
}
