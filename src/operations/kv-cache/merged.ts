import type { CacheData } from './data.ts';
import type { KeyList } from './method.ts';
import { groupsOf, reachOf, type CacheProblem } from './problem.ts';
import { placeOf, type AttendedRow } from './reference.ts';

/**
 * Runs of neighbouring keys that have become one row each. The last key of a run is the one on the list, so that no query sees a row
 * before all of its keys are there.
 */
export interface Merged extends Pick<CacheData, 'key' | 'value'> {
  /** The part of each key in the row that it is merged into, [groups, seqLenKV]: 1 in all over a run. */
  readonly shares: Float64Array;
  /** The importance that the last row of each group has gathered: the next key is merged into it by that. */
  readonly gathered: Float32Array;
}

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
function eachRun(
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

/**
 * Attention over merged rows as attention over the keys that are in them: each has its row's score, and its share of the row's
 * probability, which is the weight that its value has in the output.
 * @param row of [batch, numHeads, seqLenQ]
 * @returns the row itself where the list merges nothing
 */
export function overTokens(
  problem: CacheProblem,
  list: KeyList | undefined,
  row: number,
  attended: AttendedRow,
): AttendedRow {
  const { merged } = list ?? {};
  if (list === undefined || merged === undefined) return attended;
  const { group: own, token } = placeOf(problem, row);
  const [scores, logits, probabilities] = [
    attended.scores.slice(),
    attended.logits.slice(),
    attended.probabilities.slice(),
  ];
  eachRun(problem, list, (group, from, end) => {
    if (group !== own || end - 1 > token + reachOf(problem)) return;
    for (let position = from; position < end; position++) {
      const share = merged.shares[group * problem.seqLenKV + position] ?? NaN;
      // A key without a share is forgotten.
      scores[position] = share === 0 ? -Infinity : (attended.scores[end - 1] ?? NaN);
      logits[position] = (attended.logits[end - 1] ?? NaN) + Math.log(share);
      probabilities[position] = share * (attended.probabilities[end - 1] ?? NaN);
    }
  });
  return { ...attended, scores, logits, probabilities };
}
