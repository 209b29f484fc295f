import { attentionBackwardProblem, type AttentionBackwardProblem } from './problem.ts';
import { ShapeError } from '../../core/errors.ts';
import { floatsOf, singleCall, tensorOf } from '../../core/call.ts';
import type { Call, Part } from '../../core/operation.ts';
import { requireAnyTensor, requireShape } from '../../core/tensor.ts';
import { argumentNames } from '../../core/known-arguments.ts';
import type { AttentionArgs } from '../attention/api.ts';
import type { AttentionBackwardArgs, AttentionBackwardResult } from './api.ts';
import { readAttention } from '../attention/call.ts';

/**
 * Checks the arguments of `lab.attentionBackward` and splits them.
 * @throws ShapeError naming the argument, UnsupportedError
 */
export function attentionBackwardCall(
  args: AttentionBackwardArgs,
): Call<AttentionBackwardProblem, AttentionBackwardResult> {
  const part = readAttentionBackward(args);
  const { problem } = part;
  const { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV, biasShape } = problem;
  return singleCall(part, ({ outputs, run }) => {
    const gradient = (name: string, ...shape: readonly number[]) => tensorOf(problem, shape, outputs, name);
    return {
      queryGrad: gradient('queryGrad', batch, numHeads, seqLenQ, headDim),
      keyGrad: gradient('keyGrad', batch, numKVHeads, seqLenKV, headDim),
      valueGrad: gradient('valueGrad', batch, numKVHeads, seqLenKV, headDimV),
      ...(biasShape && { biasGrad: floatsOf(biasShape, outputs, 'biasGrad') }),
      ...(problem.sinks === true && {
        sinksGrad: floatsOf([numHeads], outputs, 'sinksGrad'),
      }),
      run,
    };
  });
}

/** Those that the forward does not have. */
const OWN_ARGUMENTS = argumentNames<Omit<AttentionBackwardArgs, keyof AttentionArgs>>({
  outputGrad: true,
  lseGrad: true,
});

/** The problem and the data of a call. */
export function readAttentionBackward(args: AttentionBackwardArgs): Part<AttentionBackwardProblem> {
  const { outputGrad, lseGrad } = args;
  const forward = readAttention(args, OWN_ARGUMENTS);
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
    settle: forward.settle,
    inputs: {
      ...forward.inputs,
      outputGrad: gradient('outputGrad', outputGrad, [...rowShape, problem.headDimV], problem.dtype ?? 'f32'),
      ...(lseGrad !== undefined && { lseGrad: gradient('lseGrad', lseGrad, rowShape, 'f32') }),
    },
  };
}
