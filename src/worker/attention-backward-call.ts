import {
  attentionBackwardProblem,
  type AttentionBackwardProblem,
} from '../kernels/attention/backward/problem.ts';
import type { Arrays } from '../kernels/operation.ts';
import { requireShape, requireTensor } from '../tensor.ts';
import type { AttentionBackwardArgs } from './api.ts';
import { attentionCall } from './attention-call.ts';

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
  const gradient = (name: string, tensor: unknown, shape: readonly number[]) => {
    const checked = requireTensor(name, tensor, shape.length);
    requireShape(name, checked, shape);
    return checked.data;
  };
  return {
    problem,
    inputs: {
      ...forward.inputs,
      outputGrad: gradient('outputGrad', outputGrad, [...rowShape, problem.headDimV]),
      ...(lseGrad !== undefined && { lseGrad: gradient('lseGrad', lseGrad, rowShape) }),
    },
  };
}
