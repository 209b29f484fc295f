import { UnsupportedError } from '../../core/errors.ts';
import { givenFields } from '../../core/option-table.ts';
import { attentionProblem } from '../attention/fill-problem.ts';
import { attentionSizes, type AttentionProblem } from '../attention/problem.ts';
import { floatBuffer, type PlanBuffer } from '../../core/plan.ts';
import { sizeOf } from '../../core/tensor.ts';
import { inputBuffers, tensorBuffer } from '../attention/passes/buffers.ts';
import { attentionBackwardOptions, gradientOptions } from './options.ts';

/** An attention problem whose gradients are wanted; the gradient of its output is an input. */
export interface AttentionBackwardProblem extends AttentionProblem {
  /** The lse has a gradient of its own, which is an input. */
  readonly lseGrad?: boolean;
}

/** As `attentionProblem`. @throws ShapeError, UnsupportedError */
export function attentionBackwardProblem(
  partial: Partial<AttentionBackwardProblem>,
): AttentionBackwardProblem {
  const problem = attentionProblem(partial);
  if (problem.scoreMod !== undefined && problem.scoreModGrad === undefined) {
    throw new UnsupportedError(
      'the backward of a scoreMod needs its derivative, scoreModGrad',
      'scoreModGrad',
    );
  }
  return { ...problem, ...givenFields(gradientOptions, partial) };
}

/** Element counts of the gradients that are summed in f32 whatever the tensors are made of. */
export function sumSizes(problem: AttentionBackwardProblem) {
  return {
    ...(problem.biasShape && { biasGrad: sizeOf(problem.biasShape) }),
    ...(problem.sinks === true && { sinksGrad: problem.numHeads }),
  };
}

/** The inputs and outputs every backward variant has. */
export function backwardBuffers(problem: AttentionBackwardProblem): PlanBuffer[] {
  const { query, key, value, output } = attentionSizes(problem);
  return [
    ...inputBuffers(problem, attentionBackwardOptions),
    tensorBuffer(problem, 'input', 'outputGrad', output),
    tensorBuffer(problem, 'output', 'queryGrad', query),
    tensorBuffer(problem, 'output', 'keyGrad', key),
    tensorBuffer(problem, 'output', 'valueGrad', value),
    ...Object.entries(sumSizes(problem)).map(([name, count]) => floatBuffer('output', name, count)),
  ];
}
