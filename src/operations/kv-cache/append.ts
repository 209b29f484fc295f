import type { Arrays } from '../../core/variant.ts';
import type { Encoded, Extent, Side } from './codecs/codec.ts';
import type { CacheData } from './data.ts';
import { codecOf, encodedSide, extentOf, partsOf, SIDES } from './encode.ts';
import type { CacheProblem } from './problem.ts';

/** The last keys or values of a cache, in the form of one of its parts. */
export interface Appended {
  /** The place of the part. */
  readonly part: number;
  readonly side: Side;
  readonly encoded: Encoded;
}

/** Tokens that are appended at a time: as many as the cache encodes together. */
export const tokensTogether = (problem: CacheProblem): number =>
  Math.max(...partsOf(problem).flatMap(({ keys, values }) => [keys.block ?? 1, values.block ?? 1]));

/**
 * Encodes the last tokens once more, as if they came to a cache that is there already: with the bases and points that were fitted to it.
 * They go through each part, as tokens come to a window, and leave it for codes.
 * @param arrays the buffers of the whole cache
 */
export function appendTokens(problem: CacheProblem, data: CacheData, arrays: Arrays): Appended[] {
  const slots = tokensTogether(problem);
  return partsOf(problem).flatMap((part, at) =>
    SIDES.map((side): Appended => {
      const extent = { ...extentOf(problem, part, side), slots };
      const rows = { ...extent, values: lastRows(problem, data[side], extent) };
      const fitted = encodedSide(problem, part, { at, side, arrays });
      return { part: at, side, encoded: codecOf(part, side).encode(rows, { problem, data }, fitted) };
    }),
  );
}

/**
 * Time to append one token to all key/value heads, in ms. Tokens that are encoded together share the time of that.
 * @param leastMs how long to measure, at least
 */
export function timeAppend(problem: CacheProblem, data: CacheData, arrays: Arrays, leastMs: number): number {
  // Once before: the first call of a function is slow.
  appendTokens(problem, data, arrays);
  const start = performance.now();
  let [times, ms] = [0, 0];
  while (ms < leastMs) {
    appendTokens(problem, data, arrays);
    times++;
    ms = performance.now() - start;
  }
  return ms / times / tokensTogether(problem);
}

/** The rows of the last tokens of each key/value head; the first token again where there are fewer. */
function lastRows(
  { seqLenKV }: CacheProblem,
  from: Float32Array,
  { groups, slots, width }: Extent,
): Float64Array {
  return Float64Array.from({ length: groups * slots * width }, (_, index) => {
    const row = Math.floor(index / width);
    const token = Math.max(0, seqLenKV - slots + (row % slots));
    return from[(Math.floor(row / slots) * seqLenKV + token) * width + (index % width)] ?? NaN;
  });
}
