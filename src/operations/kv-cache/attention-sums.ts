import type { CacheData } from './data.ts';
import { groupsOf, reachOf, rowsPerGroup, type CacheProblem } from './problem.ts';

/**
 * Calls back with the exact attention of one row after another, in float64. No more than one row is ever kept.
 * @param firstToken the query token from which on rows are wanted, up to the last
 * @param visit P of the row by position, 0 from `seen` on; the array is used again for the next row
 */
export function eachAttention(
  problem: CacheProblem,
  { query, key }: CacheData,
  firstToken: number,
  visit: (probabilities: Float64Array, row: { readonly group: number; readonly seen: number }) => void,
): void {
  const { seqLenQ, seqLenKV, headDim, softmaxScale } = problem;
  const probabilities = new Float64Array(seqLenKV);
  const own = new Float64Array(headDim);
  for (let group = 0; group < groupsOf(problem); group++) {
    const keys = key.subarray(group * seqLenKV * headDim, (group + 1) * seqLenKV * headDim);
    for (let row = 0; row < rowsPerGroup(problem); row++) {
      const token = row % seqLenQ;
      if (token < firstToken) continue;
      const first = (group * rowsPerGroup(problem) + row) * headDim;
      for (let d = 0; d < headDim; d++) own[d] = softmaxScale * (query[first + d] ?? NaN);
      const seen = Math.min(seqLenKV, Math.max(0, token + reachOf(problem) + 1));
      probabilities.fill(0, seen);
      softmaxOf(own, keys, probabilities.subarray(0, seen));
      visit(probabilities, { group, seen });
    }
  }
}

/** The softmax of a query's dot products with as many keys as there is room for. */
function softmaxOf(query: Float64Array, keys: Float32Array, into: Float64Array): void {
  const width = query.length;
  let peak = -Infinity;
  for (let position = 0; position < into.length; position++) {
    let dot = 0;
    const at = position * width;
    for (let d = 0; d < width; d++) dot += (query[d] ?? NaN) * (keys[at + d] ?? NaN);
    into[position] = dot;
    if (dot > peak) peak = dot;
  }
  let total = 0;
  for (let position = 0; position < into.length; position++) {
    const weight = Math.exp((into[position] ?? NaN) - peak);
    into[position] = weight;
    total += weight;
  }
  for (let position = 0; position < into.length; position++) {
    into[position] = (into[position] ?? NaN) / total;
  }
}

/** The attention that each key of each key/value head draws, over all queries that see it, in the mean over query heads. */
export interface ColumnSums {
  /** [groups, seqLenKV] */
  readonly mean: Float64Array;
  /** The standard deviation of it, [groups, seqLenKV]. */
  readonly deviation: Float64Array;
}

const known = new WeakMap<CacheData, ColumnSums>();

/** Sums of P by column. A key that no query sees has 0. The methods of a study share them. */
export function columnSums(problem: CacheProblem, data: CacheData): ColumnSums {
  const found = known.get(data);
  if (found !== undefined) return found;
  const { seqLenKV } = problem;
  const sums = new Float64Array(groupsOf(problem) * seqLenKV);
  const squares = new Float64Array(sums.length);
  const counts = new Float64Array(sums.length);
  eachAttention(problem, data, 0, (probabilities, { group, seen }) => {
    const first = group * seqLenKV;
    for (let position = 0; position < seen; position++) {
      const p = probabilities[position] ?? NaN;
      sums[first + position] = (sums[first + position] ?? NaN) + p;
      squares[first + position] = (squares[first + position] ?? NaN) + p * p;
      counts[first + position] = (counts[first + position] ?? NaN) + 1;
    }
  });
  const mean = sums.map((sum, at) => sum / Math.max(1, counts[at] ?? 0));
  const deviation = squares.map((sum, at) =>
    Math.sqrt(Math.max(0, sum / Math.max(1, counts[at] ?? 0) - (mean[at] ?? NaN) ** 2)),
  );
  known.set(data, { mean, deviation });
  return { mean, deviation };
}
