import { floatsOf, singleCall, tensorOf } from '../../core/call.ts';
import { ShapeError } from '../../core/errors.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import type { Call, DeviceReader, Part } from '../../core/operation.ts';
import { attentionProblem } from './fill-problem.ts';
import type { AttentionProblem } from './problem.ts';
import { areOnHost, type Inputs } from '../../core/variant.ts';
import { optionInputs } from '../../core/option-data.ts';
import { argumentsOf, readArguments } from '../../core/option-table.ts';
import type { OptionArguments } from './options/fields.ts';
import { attentionOptions } from './options/index.ts';
import { needsTwoTerms, needsTwoTermsOnDevice } from './score-size.ts';
import { formatShape, requireAnyTensor, requireShape } from '../../core/tensor.ts';
import type { AttentionArgs, AttentionResult } from './api.ts';

/**
 * Checks the arguments of `lab.attention` and splits them.
 * @throws ShapeError naming the argument, ShaderError in a modifier, UnsupportedError
 */
export function attentionCall(args: AttentionArgs): Call<AttentionProblem, AttentionResult> {
  const part = readAttention(args);
  const { problem } = part;
  const rowShape = [problem.batch, problem.numHeads, problem.seqLenQ];
  return singleCall(part, ({ outputs, run }) => ({
    output: tensorOf(problem, [...rowShape, problem.headDimV], outputs, 'output'),
    lse: floatsOf(rowShape, outputs, 'lse'),
    run,
  }));
}

const ARGUMENTS = [
  ...argumentNames<Omit<AttentionArgs, keyof OptionArguments>>({ query: true, key: true, value: true }),
  ...argumentsOf(attentionOptions),
];

const OTHER_NAMES = {
  q: 'query',
  k: 'key',
  v: 'value',
  scale: 'softmaxScale',
  attnMask: 'mask',
  attnBias: 'bias',
  windowSize: 'window',
  cuSeqLens: 'cuSeqLensQ',
};

/**
 * The problem and the data of a call, forward or backward.
 * @param besides names of arguments that the caller has read itself
 */
export function readAttention(args: AttentionArgs, besides: readonly string[] = []): Part<AttentionProblem> {
  requireKnown(args, [...ARGUMENTS, ...besides], OTHER_NAMES);
  const query = requireAnyTensor('query', args.query, 4);
  const key = requireAnyTensor('key', args.key, 4);
  const value = requireAnyTensor('value', args.value, 4);
  for (const [name, { dtype }] of Object.entries({ key, value })) {
    if (dtype !== query.dtype)
      throw new ShapeError(`${name}.dtype`, `'${query.dtype}', as query`, `'${dtype}'`);
  }
  const [batch = 0, numHeads = 0, seqLenQ = 0, headDim = 0] = query.shape;
  const [, numKVHeads = 0, seqLenKV = 0] = key.shape;
  const headDimV = value.shape[3] ?? 0;
  requireShape('key', key, [batch, numKVHeads, seqLenKV, headDim]);
  requireShape('value', value, [batch, numKVHeads, seqLenKV, headDimV]);
  if (numHeads % numKVHeads !== 0) {
    throw new ShapeError(
      'key.shape',
      `a number of heads that divides the query's ${numHeads}`,
      formatShape(key.shape),
    );
  }
  const extents = attentionProblem({
    ...{ batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV },
    ...(query.dtype === 'f16' && { dtype: 'f16' }),
  });
  const { fields, data } = readArguments(attentionOptions, { ...args }, extents);
  const problem = attentionProblem({ ...extents, ...fields });
  const inputs: Inputs = {
    query: query.data,
    key: key.data,
    value: value.data,
    ...optionInputs(attentionOptions, problem, data, 0),
  };
  if (args.scorePrecision !== undefined && args.scorePrecision !== 'auto') return { problem, inputs };
  const precise = { scorePrecision: 'two-term' } as const;
  if (areOnHost(inputs)) {
    return { problem: needsTwoTerms(problem, inputs) ? { ...problem, ...precise } : problem, inputs };
  }
  const settle = async (device: DeviceReader) =>
    (await needsTwoTermsOnDevice(problem, inputs, device)) ? precise : {};
  return { problem, inputs, settle };
}
