import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { valuesOf } from '../../core/half.ts';
import { requireKnown } from '../../core/known-arguments.ts';
import { describe, requireValues, type AnyTensor } from '../../core/tensor.ts';
import { readAttention } from '../attention/call.ts';
import type { RopeArgument } from '../attention/options/rope-fields.ts';
import type { AttentionProblem } from '../attention/problem.ts';
import { elementsOf, isRotated, type Side } from '../attention/rotation.ts';
import type { CacheData } from './data.ts';
import { cacheProblem } from './fill-problem.ts';
import type { CacheLoss } from './loss.ts';
import type { CacheProblem, FormatChoice } from './problem.ts';

/** A format for keys or for values, by its id, or with parameters. */
export type StudiedFormat =
  string | { readonly id: string; readonly params?: Readonly<Record<string, number>> };

/** A method that a study tries. */
export interface StudiedMethod {
  readonly id: string;
  /** Those that are left out are the method's own. */
  readonly params?: Readonly<Record<string, number>>;
  /** The format of keys: of those that a selection keeps, or in place of a format's own. */
  readonly key?: StudiedFormat;
  /** The format of values, likewise. */
  readonly value?: StudiedFormat;
  /** Left out, it is the id with the parameters that were given. */
  readonly label?: string;
}

export interface CacheStudyArgs {
  /** [batch, numHeads, seqLenQ, headDim] */
  readonly query: AnyTensor;
  /** [batch, numKVHeads, seqLenKV, headDim] */
  readonly key: AnyTensor;
  /** [batch, numKVHeads, seqLenKV, headDimV] */
  readonly value: AnyTensor;
  /** The last query stands at the last key. Default false. */
  readonly causal?: boolean;
  /** Rotates query and key by their positions first. The cache holds rotated keys. */
  readonly rope?: RopeArgument;
  readonly methods: readonly StudiedMethod[];
  /** Whether rows of selections say which keys they kept. Default false. */
  readonly positions?: boolean;
}

/** One method: what its cache takes, what it loses, whether the kernel is right, and how long it takes. */
export interface CacheStudyRow extends CacheLoss {
  readonly id: string;
  readonly label: string;
  readonly params: Readonly<Record<string, number>>;
  /** Keys or values are kept in another format than the method's own. */
  readonly hasOtherFormats: boolean;
  /** Bytes of all buffers of the cache for each token, in all key/value heads of a batch entry. */
  readonly bytesPerToken: number;
  /** Keys that each key/value head has left. */
  readonly keptTokens: number;
  /** The positions of the keys that a selection kept, ascending, for each key/value head counted over the batch; if they were asked for. */
  readonly positions?: readonly (readonly number[])[];
  /** Relative L2 error of the kernel against float64 over the decoded cache. Above 5e-6 the kernel is wrong. */
  readonly kernelRelL2: number;
  /** Time of one step of decoding: the last query token of each head. `null` where the kernel is wrong. */
  readonly ms: number | null;
  /** That time over the time of the exact cache, in f32: the median of the ratios of rounds. `null` where the kernel is wrong. */
  readonly timeOverExact: number | null;
  /** Time to choose and encode the whole cache, on the host in float64. */
  readonly encodeMs: number;
  /** Time to append a token to all key/value heads of a batch, on the host in float64: its rows are encoded; which keys to keep is not chosen anew. */
  readonly appendMs: number;
  /** Bytes that the kernels take besides the cache, for the queries that were studied. */
  readonly workspaceBytes: number;
}

/** What was studied, and how. */
export interface CacheStudyRun {
  readonly operation: 'kv-cache';
  readonly variant: string;
  /** Query tokens of each head whose attention was computed: all, or the last ones. */
  readonly queries: number;
  /** The rows that were compared in float64, in words. */
  readonly coverage: string;
  /** The exact cache in f32, timed in the same rounds as the methods. */
  readonly exact: { readonly bytesPerToken: number; readonly ms: number };
  readonly wallMs: number;
}

export interface CacheStudy {
  readonly rows: readonly CacheStudyRow[];
  readonly run: CacheStudyRun;
}

/** The arguments of a study, checked: the data with all rotations applied, and a problem for each method. */
export interface ReadStudy {
  readonly data: CacheData;
  readonly methods: readonly { readonly label: string; readonly problem: CacheProblem }[];
}

const NAMES = ['query', 'key', 'value', 'causal', 'rope', 'methods', 'positions'] as const;

/** f16 scales end below this. */
const LARGEST = 60_000;

/** @throws ShapeError naming the argument, UnsupportedError for a method that there is not, or that cannot do the problem */
export function readStudy(args: CacheStudyArgs): ReadStudy {
  requireKnown(args, NAMES, { q: 'query', k: 'key', v: 'value' });
  const { causal = false, rope, methods, positions } = args;
  if (positions !== undefined && typeof positions !== 'boolean') {
    throw new ShapeError('positions', 'true or false', describe(positions));
  }
  if (typeof causal !== 'boolean') throw new ShapeError('causal', 'true or false', describe(causal));
  const tensors = {
    query: requireValues('query', args.query, 4),
    key: requireValues('key', args.key, 4),
    value: requireValues('value', args.value, 4),
  };
  const { problem } = readAttention({
    ...{ ...tensors, causal, scorePrecision: 'f32' },
    ...(rope && { rope }),
  });
  const [query, key, value] = [tensors.query, tensors.key, tensors.value].map(({ data }, at) =>
    requireNumbers(['query', 'key', 'value'][at] ?? '', valuesOf(data)),
  ) as [Float32Array, Float32Array, Float32Array];
  const { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV, softmaxScale } = problem;
  const shape = { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV, softmaxScale, causal };
  if (!Array.isArray(methods) || methods.length === 0) {
    throw new ShapeError('methods', 'a list of at least one { id, params?, label? }', describe(methods));
  }
  return {
    data: { query: rotated(problem, query, 'query'), key: rotated(problem, key, 'key'), value },
    methods: methods.map((method: StudiedMethod, at) => {
      const { id, params = {}, key: ofKeys, value: ofValues, label = labelOf(method) } = method;
      try {
        const formats = {
          ...(ofKeys !== undefined && { keyFormat: formatOf('key', ofKeys) }),
          ...(ofValues !== undefined && { valueFormat: formatOf('value', ofValues) }),
        };
        return { label, problem: cacheProblem({ ...shape, method: id, params, ...formats }) };
      } catch (error) {
        if (error instanceof ShapeError) {
          throw new ShapeError(`methods[${at}].${error.argument}`, error.expected, error.got);
        }
        throw error instanceof UnsupportedError
          ? new UnsupportedError(error.message, `methods[${at}]`)
          : error;
      }
    }),
  };
}

/** `kivi-4`, with parameters `kivi-4 groupSize 64`, with formats `h2o keys int8 values kivi-4`. */
export const labelOf = ({ id, params = {}, key, value }: StudiedMethod): string =>
  [
    ...[id, ...Object.entries(params).map(([name, own]) => `${name} ${own}`)],
    ...(key === undefined ? [] : [`keys ${formatLabel(key)}`]),
    ...(value === undefined ? [] : [`values ${formatLabel(value)}`]),
  ].join(' ');

const formatLabel = (format: StudiedFormat): string =>
  typeof format === 'string' ? format : labelOf(format);

/** @throws ShapeError unless it is an id or has one */
function formatOf(argument: string, format: StudiedFormat): FormatChoice {
  const { id, params = {} } = typeof format === 'string' ? { id: format } : format;
  if (typeof id === 'string') return { method: id, params };
  throw new ShapeError(argument, 'the id of a format, or { id, params? }', describe(format));
}

/** @throws ShapeError naming the argument if some value has no place in a cache */
function requireNumbers(argument: string, values: Float32Array): Float32Array {
  const odd = values.find((value) => !(Math.abs(value) <= LARGEST));
  if (odd === undefined) return values;
  throw new ShapeError(`${argument}.data`, `numbers up to ${LARGEST}`, String(odd));
}

/** Rows of query or key as scores meet them, rounded to f32 once. */
function rotated(problem: AttentionProblem, values: Float32Array, side: Side): Float32Array {
  if (!isRotated(problem, side)) return values;
  const { headDim } = problem;
  const at = elementsOf(problem, values, side);
  const turned = new Float32Array(values.length);
  for (let row = 0; row * headDim < values.length; row++) {
    for (let d = 0; d < headDim; d++) turned[row * headDim + d] = at(row, d);
  }
  return turned;
}
