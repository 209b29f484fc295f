import { attentionBackwardProblem } from './fill-problem.ts';
import type { AttentionBackwardProblem } from './problem.ts';
import { floatsOf, singleCall, tensorOf } from '../../core/call.ts';
import type { Call, Part } from '../../core/operation.ts';
import { requireAnyTensor, requireDtypeOf, requireShape } from '../../core/tensor.ts';
import { argumentNames } from '../../core/known-arguments.ts';
import type { AttentionBackwardArgs, AttentionBackwardResult } from './api.ts';
import { readPart, type AttentionCalls } from '../attention/call.ts';
import type { OptionArguments } from '../attention/options/fields.ts';
import { attentionBackwardOptions } from './options.ts';

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

const CALLS: AttentionCalls<AttentionBackwardProblem> = {
  tensors: argumentNames<Omit<AttentionBackwardArgs, keyof OptionArguments | 'lseGrad'>>({
    query: true,
    key: true,
    value: true,
    outputGrad: true,
  }),
  options: attentionBackwardOptions,
  fill: attentionBackwardProblem,
};

/** The problem and the data of a call. */
export function readAttentionBackward(args: AttentionBackwardArgs): Part<AttentionBackwardProblem> {
  const part = readPart(args, CALLS);
  const { batch, numHeads, seqLenQ, headDimV, dtype = 'f32' } = part.problem;
  const outputGrad = requireAnyTensor('outputGrad', args.outputGrad, 4);
  requireShape('outputGrad', outputGrad, [batch, numHeads, seqLenQ, headDimV]);
  requireDtypeOf('query', dtype, { outputGrad });
  return { ...part, inputs: { ...part.inputs, outputGrad: outputGrad.data } };
}
