import { ShapeError } from '../../core/errors.ts';
import { normals, uniformStream } from '../../core/random.ts';
import { floatTensor, type FloatTensor } from '../../core/tensor.ts';
import type { RopeArgument } from '../attention/options/rope-fields.ts';

/** Seeded caches with the traits of real ones. */
export const CACHE_KINDS = ['model', 'needles', 'plain'] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];

/** The meaning of each kind, in a few words. */
export const KIND_WORDS: Readonly<Record<CacheKind, string>> = {
  model: 'channels of keys with outliers, a sink, rotary positions: as models have them',
  needles: 'the same, and a few keys that the last queries look for',
  plain: 'normal numbers: no structure at all',
};

/** Extents of a cache. */
export interface SyntheticShape {
  readonly numHeads: number;
  readonly numKVHeads: number;
  readonly seqLenQ: number;
  readonly seqLenKV: number;
  readonly headDim: number;
}

/** Traits of `model` and `needles` that can be chosen. */
export interface CacheTraits {
  /** Channels of each key head that are far from 0, of which there are headDim at most. Default: one in 32, and at least one. */
  readonly outlierChannels?: number;
  /** First keys that draw every query. Default 1. */
  readonly sinkKeys?: number;
  /** Whether query and key are rotated by their positions. Default true. */
  readonly rotary?: boolean;
  /** The depth of a single needle: 0 is the first key, 1 the last. Left out, there are a few at random depths. */
  readonly needleDepth?: number;
}

/** A trait that is a number, as flags and sliders offer it. */
export interface Trait {
  readonly name: Exclude<keyof CacheTraits, 'rotary'>;
  readonly about: string;
  readonly least: number;
  readonly most: number;
  /** Sliders go so far at a time: traits of step 1 are whole numbers. */
  readonly step: number;
}

export const TRAITS: readonly Trait[] = [
  { name: 'outlierChannels', about: 'channels of each key head with outliers', least: 0, most: 16, step: 1 },
  { name: 'sinkKeys', about: 'first keys that draw every query', least: 0, most: 16, step: 1 },
  {
    name: 'needleDepth',
    about: 'the place of a single needle: 0 first, 1 last',
    least: 0,
    most: 1,
    step: 0.05,
  },
];

/** Arguments of a study, but for its methods. */
export interface SyntheticCache {
  readonly query: FloatTensor;
  readonly key: FloatTensor;
  readonly value: FloatTensor;
  readonly causal: true;
  readonly rope?: RopeArgument;
}

/** One channel in so many has outliers. */
const CHANNELS_PER_OUTLIER = 32;
const OUTLIER_MEAN = 6;
const OUTLIER_SPREAD = 2;
/** The score of the sink, and that of needles. */
const SINK_SCORE = 5;
const NEEDLE_SCORE = 9;
const NEEDLES = 8;

/**
 * Query, key and value of one layer. In `model` and `needles`, a few channels of each key head are far from 0 in every key, in the slow
 * pairs of the rotation as in models; queries are small there. All queries share a direction, which the first key, the sink, lies in.
 * Each needle lies in the direction of the last query of its heads.
 * @throws ShapeError naming an extent or a trait that cannot be
 */
export function syntheticCache(
  kind: CacheKind,
  shape: SyntheticShape,
  seed = 1,
  traits: CacheTraits = {},
): SyntheticCache {
  for (const { name, least, most, step } of TRAITS) {
    const value = traits[name];
    if (value === undefined) continue;
    if (value >= least && value <= most && (step < 1 || Number.isInteger(value))) continue;
    throw new ShapeError(name, `a ${step < 1 ? '' : 'whole '}number from ${least} to ${most}`, String(value));
  }
  const { numHeads, numKVHeads, seqLenQ, seqLenKV, headDim } = shape;
  if (numHeads % numKVHeads !== 0) {
    throw new ShapeError('numHeads', `a multiple of numKVHeads = ${numKVHeads}`, String(numHeads));
  }
  const query = normals(numHeads * seqLenQ * headDim, seed);
  const key = normals(numKVHeads * seqLenKV * headDim, seed + 1);
  const value = normals(numKVHeads * seqLenKV * headDim, seed + 2);
  const tensors = {
    query: floatTensor([1, numHeads, seqLenQ, headDim], query),
    key: floatTensor([1, numKVHeads, seqLenKV, headDim], key),
    value: floatTensor([1, numKVHeads, seqLenKV, headDim], value),
    causal: true,
  } as const;
  if (kind === 'plain') return tensors;
  const uniform = uniformStream(seed + 3);
  for (let head = 0; head < numKVHeads; head++) {
    const group = numHeads / numKVHeads;
    const queries = query.subarray(head * group * seqLenQ * headDim, (head + 1) * group * seqLenQ * headDim);
    const keys = key.subarray(head * seqLenKV * headDim, (head + 1) * seqLenKV * headDim);
    const values = value.subarray(head * seqLenKV * headDim, (head + 1) * seqLenKV * headDim);
    addOutliers(keys, queries, headDim, { count: traits.outlierChannels, uniform });
    const first = (traits.sinkKeys ?? 1) * headDim;
    const sinks = { keys: keys.subarray(0, first), values: values.subarray(0, first) };
    addSinks(sinks, queries, headDim, normals(headDim, seed + 4 + head));
    if (kind === 'needles') addNeedles(keys, queries, headDim, needlesAt(traits, seqLenKV, uniform));
  }
  return { ...tensors, ...(traits.rotary !== false && { rope: {} }) };
}

function addOutliers(
  keys: Float32Array,
  queries: Float32Array,
  headDim: number,
  { count, uniform }: { readonly count: number | undefined; readonly uniform: () => number },
): void {
  const channels = count ?? Math.max(1, Math.floor(headDim / CHANNELS_PER_OUTLIER));
  for (let one = 0; one < channels; one++) {
    // In the slower half of the pairs, of which the second elements lie in the upper half of a row.
    const pair = Math.floor((headDim / 4) * (1 + uniform()));
    const channel = Math.min(headDim - 1, pair + (uniform() < 0.5 ? 0 : headDim / 2));
    const mean = uniform() < 0.5 ? OUTLIER_MEAN : -OUTLIER_MEAN;
    for (let at = channel; at < keys.length; at += headDim) {
      keys[at] = mean + OUTLIER_SPREAD * (keys[at] ?? 0);
    }
    for (let at = channel; at < queries.length; at += headDim) queries[at] = 0.25 * (queries[at] ?? 0);
  }
}

/** The first keys draw every query, though they and their values are smaller than others. Without any, queries share nothing. */
function addSinks(
  { keys, values }: Readonly<Record<'keys' | 'values', Float32Array>>,
  queries: Float32Array,
  headDim: number,
  direction: Float32Array,
): void {
  if (keys.length === 0) return;
  // The slowest pairs turn least: there, a direction stays one.
  const isSlow = (d: number) => d % (headDim / 2) >= (3 * headDim) / 8;
  const shared = direction.map((element, d) => (isSlow(d) ? element : 0));
  // Query and sink have as much of it as makes the score.
  const share = Math.sqrt(SINK_SCORE * Math.sqrt(headDim)) / Math.hypot(...shared);
  queries.forEach((element, at) => {
    queries[at] = element + share * (shared[at % headDim] ?? 0);
  });
  for (let at = 0; at < keys.length; at++) {
    keys[at] = share * (shared[at % headDim] ?? 0) + 0.1 * (keys[at] ?? 0);
    values[at] = 0.1 * (values[at] ?? 0);
  }
}

/** The positions of needles: none is the first key. */
function needlesAt({ needleDepth }: CacheTraits, seqLenKV: number, uniform: () => number): number[] {
  if (seqLenKV < 2) return [];
  if (needleDepth !== undefined) return [Math.max(1, Math.round(needleDepth * (seqLenKV - 1)))];
  return Array.from(
    { length: Math.min(NEEDLES, seqLenKV - 1) },
    () => 1 + Math.floor(uniform() * (seqLenKV - 1)),
  );
}

/** Some keys lie in the direction of the last query, but for its position. */
function addNeedles(
  keys: Float32Array,
  queries: Float32Array,
  headDim: number,
  positions: readonly number[],
): void {
  const last = queries.subarray(queries.length - headDim);
  const isSlow = (d: number) => d % (headDim / 2) >= headDim / 4;
  const squares = last.reduce((sum, element, d) => sum + (isSlow(d) ? element ** 2 : 0), 0);
  for (const position of positions) {
    for (let d = 0; d < headDim; d++) {
      if (!isSlow(d)) continue;
      keys[position * headDim + d] = (NEEDLE_SCORE * Math.sqrt(headDim) * (last[d] ?? 0)) / squares;
    }
  }
}
