import { attentionBackwardProblem, type AttentionBackwardProblem } from './problem.ts';
import type { Arrays } from '../../core/variant.ts';
import { ShapeError } from '../../core/errors.ts';
import { requireAnyTensor, requireShape } from '../../core/tensor.ts';
import type { AttentionBackwardArgs } from './api.ts';
import { attentionCall } from '../attention/call.ts';

/**
 * Checks the arguments of `lab.attentionBackward` and splits them into the problem and its data.
 * @throws ShapeError naming the argument, UnsupportedError
 */
export function attentionBackwardCall({ outputGrad, lseGrad, ...args }: AttentionBackwardArgs): {
  problem: AttentionBackwardProblem;
  inputs: Arrays;
} {
  const forward = attentionCall(args);
  const problem = attentionBackwardProblem({ ...forward.problem, lseGrad: lseGrad !== undefined });
  const rowShape = [problem.batch, problem.numHeads, problem.seqLenQ];
  const gradient = (name: string, tensor: unknown, shape: readonly number[], dtype: 'f16' | 'f32') => {
    const checked = requireAnyTensor(name, tensor, shape.length);
    requireShape(name, checked, shape);
    if (checked.dtype !== dtype) throw new ShapeError(`${name}.dtype`, `'${dtype}'`, `'${checked.dtype}'`);
    return checked.data;
  };
  return {
    problem,
    inputs: {
      ...forward.inputs,
      outputGrad: gradient('outputGrad', outputGrad, [...rowShape, problem.headDimV], problem.dtype ?? 'f32'),
      ...(lseGrad !== undefined && { lseGrad: gradient('lseGrad', lseGrad, rowShape, 'f32') }),
    },
  };
}
