import type { CacheData } from './data.ts';
import type { KeyList, Merged } from './key-list.ts';
import { groupsOf, type CacheProblem } from './problem.ts';

/**
 * Merges each run of keys into the weighted mean of its keys, and of its values. Rows lie in the place of their last key, in f32; other
 * places stay 0. A run without any importance has equal weights.
 * @param list the last key of each run; the last of all keys is one
 * @param importance the weight of each key, [groups, seqLenKV]
 */
export function mergeRuns(
  problem: CacheProblem,
  { key, value }: CacheData,
  list: KeyList,
  importance: Float64Array,
): Merged {
  const { seqLenKV, headDim, headDimV } = problem;
  const shares = new Float64Array(importance.length);
  const gathered = new Float32Array(groupsOf(problem));
  const merged = { key: new Float32Array(key.length), value: new Float32Array(value.length) };
  eachRun(problem, list, (group, from, end) => {
    const first = group * seqLenKV;
    const weights = importance.subarray(first + from, first + end);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    gathered[group] = total;
    weights.forEach((weight, at) => {
      shares[first + from + at] = total > 0 ? weight / total : 1 / weights.length;
    });
    const run = { shares: shares.subarray(first + from, first + end), from: first + from };
    merged.key.set(meanOf(key, headDim, run), (first + end - 1) * headDim);
    merged.value.set(meanOf(value, headDimV, run), (first + end - 1) * headDimV);
  });
  return { ...merged, shares, gathered };
}

/** The weighted mean of rows that lie one after another. */
function meanOf(
  rows: Float32Array,
  width: number,
  { shares, from }: { readonly shares: Float64Array; readonly from: number },
): Float64Array {
  const mean = new Float64Array(width);
  shares.forEach((share, at) => {
    for (let d = 0; d < width; d++)
      mean[d] = (mean[d] ?? NaN) + share * (rows[(from + at) * width + d] ?? NaN);
  });
  return mean;
}

/** Calls back with the runs of each group: the first key, and the end, which is one behind the listed key. */
export function eachRun(
  problem: CacheProblem,
  { positions, starts }: KeyList,
  visit: (group: number, from: number, end: number) => void,
): void {
  const each = positions.length / groupsOf(problem);
  for (let group = 0; group < groupsOf(problem); group++) {
    let from = 0;
    for (const last of positions.subarray(
      starts?.[group] ?? group * each,
      starts?.[group + 1] ?? (group + 1) * each,
    )) {
      visit(group, from, last + 1);
      from = last + 1;
    }
  }
}
