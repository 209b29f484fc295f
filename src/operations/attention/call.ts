import { floatsOf, singleCall, tensorOf } from '../../core/call.ts';
import { isDeviceTensor, residentOf, type ResidentInput } from '../../core/device-tensor.ts';
import { ShapeError } from '../../core/errors.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import type { Call, DeviceReader, Part } from '../../core/operation.ts';
import { attentionProblem } from './fill-problem.ts';
import type { AttentionProblem } from './problem.ts';
import { areOnHost, type Inputs } from '../../core/variant.ts';
import { hasPackedOptions, packOptions } from './option-checks.ts';
import { needsTwoTerms, needsTwoTermsOnDevice } from './score-size.ts';
import {
  describe,
  formatShape,
  requireAnyTensor,
  requireShape,
  requireTensor,
  sizeOf,
} from '../../core/tensor.ts';
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

const ARGUMENTS = argumentNames<AttentionArgs>({
  query: true,
  key: true,
  value: true,
  softmaxScale: true,
  causal: true,
  window: true,
  softcap: true,
  alibiSlopes: true,
  sinks: true,
  bias: true,
  mask: true,
  seqLensKV: true,
  cuSeqLensQ: true,
  cuSeqLensKV: true,
  scorePrecision: true,
  scoreMod: true,
  scoreModGrad: true,
  maskMod: true,
});

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
  const { window, softcap, alibiSlopes, sinks, bias, mask, scoreMod, scoreModGrad, maskMod } = args;
  const seqLensKV = given(args.seqLensKV, (values) => lengths('seqLensKV', values));
  const cuSeqLensQ = given(args.cuSeqLensQ, (values) => lengths('cuSeqLensQ', values));
  const cuSeqLensKV = given(args.cuSeqLensKV, (values) => lengths('cuSeqLensKV', values));
  const options: Partial<AttentionProblem> = {
    ...(query.dtype === 'f16' && { dtype: 'f16' }),
    ...(args.softmaxScale !== undefined && { softmaxScale: args.softmaxScale }),
    ...(window !== undefined && { window: pair('window', window) }),
    ...(softcap !== undefined && { softcap }),
    ...(alibiSlopes !== undefined && { alibi: true }),
    ...(sinks !== undefined && { sinks: true }),
    ...(bias !== undefined && { biasShape: requireTensor('bias', bias, rankOf('bias', bias)).shape }),
    ...(mask !== undefined && { maskShape: requireMask(mask).shape }),
    ...(seqLensKV !== undefined && { seqLensKV }),
    ...(cuSeqLensQ !== undefined && { cuSeqLensQ }),
    ...(cuSeqLensKV !== undefined && { cuSeqLensKV }),
    ...(args.scorePrecision === 'two-term' && { scorePrecision: 'two-term' }),
    ...(scoreMod !== undefined && { scoreMod }),
    ...(scoreModGrad !== undefined && { scoreModGrad }),
    ...(maskMod !== undefined && { maskMod }),
  };
  const problem = attentionProblem({
    batch,
    numHeads,
    numKVHeads,
    seqLenQ,
    seqLenKV,
    headDim,
    headDimV,
    causal: args.causal === true ? 'bottom-right' : (args.causal ?? false),
    ...options,
  });
  const inputs: Inputs = {
    query: query.data,
    key: key.data,
    value: value.data,
    ...(hasPackedOptions(problem) && {
      options: packOptions(problem, {
        alibiSlopes: given(alibiSlopes, (values) => perHead('alibiSlopes', values, numHeads)),
        sinks: given(sinks, (values) => perHead('sinks', values, numHeads)),
      }),
    }),
    ...(bias !== undefined && { bias: requireTensor('bias', bias, rankOf('bias', bias)).data }),
    ...(mask !== undefined && { mask: requireMask(mask).data }),
  };
  if (precisionOf(args) !== 'auto') return { problem, inputs };
  const precise = { scorePrecision: 'two-term' } as const;
  if (areOnHost(inputs)) {
    return { problem: needsTwoTerms(problem, inputs) ? { ...problem, ...precise } : problem, inputs };
  }
  const settle = async (device: DeviceReader) =>
    (await needsTwoTermsOnDevice(problem, inputs, device)) ? precise : {};
  return { problem, inputs, settle };
}

/** @throws ShapeError unless it is one that there is */
function precisionOf({ scorePrecision = 'auto' }: AttentionArgs): 'auto' | 'f32' | 'two-term' {
  const known: readonly unknown[] = ['auto', 'f32', 'two-term'];
  if (known.includes(scorePrecision)) return scorePrecision;
  throw new ShapeError('scorePrecision', "'auto', 'f32' or 'two-term'", describe(scorePrecision));
}

/** What becomes of an option that was given: null, 0 and false are no way to leave one out. */
const given = <Value, Result>(value: Value | undefined, use: (value: Value) => Result): Result | undefined =>
  value === undefined ? undefined : use(value);

/** @throws ShapeError unless there is one finite number per head */
function perHead(argument: string, values: unknown, numHeads: number): Float32Array {
  if (!(values instanceof Float32Array)) throw new ShapeError(argument, 'a Float32Array', describe(values));
  if (values.length !== numHeads) {
    throw new ShapeError(argument, `${numHeads} values, one per query head`, `${values.length}`);
  }
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new ShapeError(argument, 'finite numbers', String(odd));
  return values;
}

/** @throws ShapeError unless it is a list of numbers */
function lengths(argument: string, values: unknown): readonly number[] {
  if (values instanceof Uint32Array) return [...values];
  if (Array.isArray(values) && values.every((value) => typeof value === 'number')) return values;
  throw new ShapeError(argument, 'a Uint32Array or a list of numbers', describe(values));
}

function pair(argument: string, values: unknown): readonly [number, number] {
  const [left, right, ...more] = lengths(argument, values);
  if (left !== undefined && right !== undefined && more.length === 0) return [left, right];
  throw new ShapeError(argument, 'two numbers', `${lengths(argument, values).length}`);
}

/** Broadcast tensors may have one to four dimensions. */
function rankOf(argument: string, tensor: unknown): number {
  if (typeof tensor !== 'object' || tensor === null || !('shape' in tensor)) {
    throw new ShapeError(argument, 'a tensor of one to four dimensions', describe(tensor));
  }
  const { shape } = tensor;
  if (Array.isArray(shape) && shape.length >= 1 && shape.length <= 4) return shape.length;
  throw new ShapeError(`${argument}.shape`, 'one to four dimensions', describe(shape));
}

/** @throws ShapeError unless it is a well-formed tensor of bytes */
function requireMask(mask: NonNullable<AttentionArgs['mask']>): {
  readonly shape: readonly number[];
  readonly data: Uint8Array | ResidentInput;
} {
  rankOf('mask', mask);
  if (isDeviceTensor(mask)) return { shape: mask.shape, data: residentOf('mask', mask, 'u8') };
  if (!(mask.data instanceof Uint8Array))
    throw new ShapeError('mask.data', 'a Uint8Array', describe(mask.data));
  if (mask.data.length !== sizeOf(mask.shape)) {
    throw new ShapeError('mask.data', `${sizeOf(mask.shape)} elements for its shape`, `${mask.data.length}`);
  }
  return mask;
}
