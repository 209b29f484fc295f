import { UnsupportedError } from '../../../errors.ts';
import { attentionProblem, attentionSizes, type AttentionProblem } from '../problem.ts';
import { floatBytes, type PlanBuffer } from '../../plan.ts';
import { sizeOf } from '../../../tensor.ts';
import { inputBuffers } from '../passes.ts';

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
    throw new UnsupportedError('the backward of a scoreMod needs its derivative, scoreModGrad');
  }
  return { ...problem, ...(partial.lseGrad === true && { lseGrad: true }) };
}

/** Element counts of the gradients that a problem has, by their name. */
export function gradientSizes(problem: AttentionBackwardProblem): Readonly<Record<string, number>> {
  const { query, key, value } = attentionSizes(problem);
  return {
    queryGrad: query,
    keyGrad: key,
    valueGrad: value,
    ...(problem.biasShape && { biasGrad: sizeOf(problem.biasShape) }),
    ...(problem.sinks === true && { sinksGrad: problem.numHeads }),
  };
}

/** The inputs and outputs every backward variant has. */
export function backwardBuffers(problem: AttentionBackwardProblem): PlanBuffer[] {
  const { output, lse } = attentionSizes(problem);
  return [
    ...inputBuffers(problem),
    { name: 'outputGrad', role: 'input', bytes: floatBytes(output) },
    ...(problem.lseGrad === true
      ? [{ name: 'lseGrad', role: 'input', bytes: floatBytes(lse) } as const]
      : []),
    ...Object.entries(gradientSizes(problem)).map(([name, count]): PlanBuffer => ({
      name,
      role: 'output',
      bytes: floatBytes(count),
    })),
  ];
}
