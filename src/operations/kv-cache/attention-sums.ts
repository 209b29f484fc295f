import type { CacheData } from './data.ts';
import { groupsOf, reachOf, rowsPerGroup, type CacheProblem } from './problem.ts';

/** The rows whose attention is wanted. */
export interface WantedRows {
  /** The first query token, and the end of them; left out, the last. */
  readonly firstToken: number;
  readonly endToken?: number;
  /** 0 for keys that are not there any more: [groups, seqLenKV]. */
  readonly isLeft?: Uint8Array;
}

/**
 * Calls back with the exact attention of one row after another, in float64. No more than one row is ever kept.
 * @param visit P of the row by position, 0 from `seen` on; the array is used again for the next row
 */
export function eachAttention(
  problem: CacheProblem,
  { query, key }: CacheData,
  { firstToken, endToken = Infinity, isLeft }: WantedRows,
  visit: (probabilities: Float64Array, row: { readonly group: number; readonly seen: number }) => void,
): void {
  const { seqLenQ, seqLenKV, headDim, softmaxScale } = problem;
  const probabilities = new Float64Array(seqLenKV);
  const own = new Float64Array(headDim);
  for (let group = 0; group < groupsOf(problem); group++) {
    const keys = key.subarray(group * seqLenKV * headDim, (group + 1) * seqLenKV * headDim);
    for (let row = 0; row < rowsPerGroup(problem); row++) {
      const token = row % seqLenQ;
      if (token < firstToken || token >= endToken) continue;
      const first = (group * rowsPerGroup(problem) + row) * headDim;
      for (let d = 0; d < headDim; d++) own[d] = softmaxScale * (query[first + d] ?? NaN);
      const seen = Math.min(seqLenKV, Math.max(0, token + reachOf(problem) + 1));
      probabilities.fill(0, seen);
      const there = isLeft?.subarray(group * seqLenKV, (group + 1) * seqLenKV);
      softmaxOf(own, keys, probabilities.subarray(0, seen), there);
      visit(probabilities, { group, seen });
    }
  }
}

/** The softmax of a query's dot products with as many keys as there is room for, 0 for those that are not there. */
function softmaxOf(
  query: Float64Array,
  keys: Float32Array,
  into: Float64Array,
  isThere: Uint8Array | undefined,
): void {
  const width = query.length;
  let peak = -Infinity;
  for (let position = 0; position < into.length; position++) {
    if (isThere?.[position] === 0) {
      into[position] = -Infinity;
      continue;
    }
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

/** Sums of P and P² by column, as rows come in. */
export class ColumnTotals {
  private readonly totals: Float64Array;
  private readonly squares: Float64Array;
  private readonly counts: Float64Array;

  /** @param size groups times seqLenKV */
  constructor(size: number) {
    this.totals = new Float64Array(size);
    this.squares = new Float64Array(size);
    this.counts = new Float64Array(size);
  }

  /** Adds a row of P, of the group whose keys begin at `first`. Keys that are not there are not counted. */
  add(probabilities: Float64Array, first: number, seen: number, isLeft?: Uint8Array): void {
    const { totals, squares, counts } = this;
    for (let position = 0; position < seen; position++) {
      const at = first + position;
      if (isLeft?.[at] === 0) continue;
      const p = probabilities[position] ?? NaN;
      totals[at] = (totals[at] ?? NaN) + p;
      squares[at] = (squares[at] ?? NaN) + p * p;
      counts[at] = (counts[at] ?? NaN) + 1;
    }
  }

  sums(): ColumnSums {
    const { totals, squares, counts } = this;
    const mean = totals.map((total, at) => total / Math.max(1, counts[at] ?? 0));
    const deviation = squares.map((sum, at) =>
      Math.sqrt(Math.max(0, sum / Math.max(1, counts[at] ?? 0) - (mean[at] ?? NaN) ** 2)),
    );
    return { mean, deviation };
  }
}

const known = new WeakMap<CacheData, ColumnSums>();

/** Sums of P by column. A key that no query sees has 0. The methods of a study share them. */
export function columnSums(problem: CacheProblem, data: CacheData): ColumnSums {
  const found = known.get(data);
  if (found !== undefined) return found;
  const totals = new ColumnTotals(groupsOf(problem) * problem.seqLenKV);
  eachAttention(problem, data, { firstToken: 0 }, (probabilities, { group, seen }) => {
    totals.add(probabilities, group * problem.seqLenKV, seen);
  });
  const sums = totals.sums();
  known.set(data, sums);
  return sums;
}
