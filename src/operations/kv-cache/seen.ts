import { columnSums, eachAttention, type ColumnSums } from './attention-sums.ts';
import type { CacheData } from './data.ts';
import type { CacheProblem } from './problem.ts';

/** All that a selection may know when it scores keys. */
export interface Seen {
  /** Keys behind the last one so far. */
  readonly end: number;
  /** Whether the key in a place of [groups, seqLenKV] is still there. */
  readonly isKept: (at: number) => boolean;
  /** The attention that each key has drawn from the queries so far. */
  readonly sums: () => ColumnSums;
  /** The attention of the last query token, summed over the query heads of each key/value head: [groups, seqLenKV]. */
  readonly last: () => Float64Array;
}

/** All keys and queries. */
export const seenAtOnce = (problem: CacheProblem, data: CacheData): Seen => ({
  end: problem.seqLenKV,
  isKept: () => true,
  sums: () => columnSums(problem, data),
  last() {
    const { seqLenKV, seqLenQ } = problem;
    const sums = new Float64Array(problem.batch * problem.numKVHeads * seqLenKV);
    eachAttention(problem, data, { firstToken: seqLenQ - 1 }, (probabilities, { group }) => {
      probabilities.forEach((p, position) => {
        const at = group * seqLenKV + position;
        sums[at] = (sums[at] ?? NaN) + p;
      });
    });
    return sums;
  },
});
