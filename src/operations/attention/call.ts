import { floatsOf, singleCall, tensorOf } from '../../core/call.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import type { Call, DeviceReader, Part } from '../../core/operation.ts';
import { mergedStates, splitFarKeys } from './far-keys.ts';
import { attentionProblem } from './fill-problem.ts';
import type { AttentionProblem } from './problem.ts';
import { requireGroups } from './tensors.ts';
import { areOnHost, type Inputs } from '../../core/variant.ts';
import { optionInputs } from '../../core/option-data.ts';
import { argumentsOf, readArguments, type Rows } from '../../core/option-table.ts';
import type { OptionArguments } from './options/fields.ts';
import { attentionOptions } from './options/index.ts';
import { layoutOf, requirePages } from './options/pages.ts';
import { checkTable } from './pages.ts';
import { summaryShape } from './key-summary.ts';
import { needsTwoTerms, needsTwoTermsOnDevice } from './score-size.ts';
import { requireAnyTensor, requireDtypeOf, requireShape } from '../../core/tensor.ts';
import type { AttentionArgs, AttentionResult } from './api.ts';

/**
 * Checks the arguments of `lab.attention` and splits them.
 * @throws ShapeError naming the argument, ShaderError in a modifier, UnsupportedError
 */
export function attentionCall(args: AttentionArgs): Call<AttentionProblem, AttentionResult> {
  const split = splitFarKeys(args);
  if (split !== undefined) {
    const near = readAttention(split.near);
    const { batch, numHeads, seqLenQ, headDimV } = near.problem;
    return {
      parts: [near, readAttention(split.far)],
      result: (ran) => mergedStates([batch, numHeads, seqLenQ], headDimV, ran),
    };
  }
  const part = readAttention(args);
  const { problem } = part;
  const rowShape = [problem.batch, problem.numHeads, problem.seqLenQ];
  return singleCall(part, ({ outputs, run }) => ({
    output: tensorOf(problem, [...rowShape, problem.headDimV], outputs, 'output'),
    lse: floatsOf(rowShape, outputs, 'lse'),
    ...(problem.selected?.summary === 'returned' && {
      keySummary: floatsOf(summaryShape(problem), outputs, 'keySummary'),
    }),
    run,
  }));
}

/** The arguments of an operation's calls, and the problem that they become. */
export interface AttentionCalls<Problem extends AttentionProblem> {
  /** Names of the arguments that are no options. */
  readonly tensors: readonly string[];
  readonly options: Rows<AttentionProblem>;
  readonly fill: (partial: Partial<AttentionProblem>) => Problem;
}

const CALLS: AttentionCalls<AttentionProblem> = {
  tensors: argumentNames<Omit<AttentionArgs, keyof OptionArguments>>({ query: true, key: true, value: true }),
  options: attentionOptions,
  fill: attentionProblem,
};

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

/** A part whose problem is some operation's, though not what it leaves to the device. */
type AttentionPart<Problem> = Pick<Part<AttentionProblem>, 'inputs' | 'settle'> & {
  readonly problem: Problem;
};

/** The problem and the data of a call of the forward. */
export const readAttention = (args: AttentionArgs): Part<AttentionProblem> => readPart(args, CALLS);

/** The problem and the data of a call, forward or backward: query, key, value and all options. */
export function readPart<Problem extends AttentionProblem>(
  args: AttentionArgs,
  { tensors, options, fill }: AttentionCalls<Problem>,
): AttentionPart<Problem> {
  requireKnown(args, [...tensors, ...argumentsOf(options)], OTHER_NAMES);
  const query = requireAnyTensor('query', args.query, 4);
  const key = requireAnyTensor('key', args.key, 4);
  const value = requireAnyTensor('value', args.value, 4);
  requireDtypeOf('query', query.dtype, { key, value });
  const [batch = 0, numHeads = 0, seqLenQ = 0, headDim = 0] = query.shape;
  const [, numKVHeads = 0, keysInRow = 0] = key.shape;
  const headDimV = value.shape[3] ?? 0;
  const pages = args.pages === undefined ? undefined : layoutOf(requirePages(args.pages), batch, key.shape);
  const seqLenKV = pages === undefined ? keysInRow : pages.pageSize * pages.pagesPerEntry;
  const blocks = pages?.numPages ?? batch;
  requireShape('key', key, [blocks, numKVHeads, keysInRow, headDim]);
  requireShape('value', value, [blocks, numKVHeads, keysInRow, headDimV]);
  requireGroups(numHeads, numKVHeads, { key });
  const extents = fill({
    ...{ batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV },
    ...(query.dtype === 'f16' && { dtype: 'f16' }),
    ...(pages && { pages }),
  });
  const { fields, data } = readArguments(options, { ...args }, extents);
  const problem = fill({ ...extents, ...fields });
  if (data['pageTable'] instanceof Int32Array) checkTable(problem, data['pageTable']);
  const inputs: Inputs = {
    query: query.data,
    key: key.data,
    value: value.data,
    ...optionInputs(options, problem, data, 0),
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
