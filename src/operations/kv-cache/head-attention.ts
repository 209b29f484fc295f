import { wholePart } from './encode.ts';
import { exact } from './methods/exact.ts';
import { attendRow } from './reference.ts';
import { rowsPerGroup } from './problem.ts';
import { readStudy, type CacheStudyArgs } from './study.ts';

/** Attention of the last queries of one query head over the exact cache, in float64. */
export interface HeadAttention {
  /** The key/value head, counted over the batch, whose keys it sees. */
  readonly group: number;
  /** The token of the first query. */
  readonly firstQuery: number;
  /** P of each query, by the position of the key. */
  readonly rows: readonly Float64Array[];
}

/**
 * Computes it for as many as `most` of the last queries.
 * @param head counted over the batch
 */
export function headAttention(args: CacheStudyArgs, head: number, most: number): HeadAttention {
  const { data, methods } = readStudy({ ...args, methods: [{ id: exact.id }] });
  const problem = methods[0]?.problem;
  if (problem === undefined) throw new RangeError('a study has a method');
  const { seqLenQ } = problem;
  const count = Math.min(seqLenQ, most);
  const firstQuery = seqLenQ - count;
  const first = head * seqLenQ + firstQuery;
  const parts = [
    wholePart(problem, { keys: new Float64Array(data.key), values: new Float64Array(data.value) }),
  ];
  return {
    group: Math.floor((head * seqLenQ) / rowsPerGroup(problem)),
    firstQuery,
    rows: Array.from(
      { length: count },
      (_, at) => attendRow(problem, data.query, parts, first + at).probabilities,
    ),
  };
}

/** The part of the attention of some rows that lies on keys that are kept, in the mean. */
export function attentionOn(rows: readonly Float64Array[], kept: readonly number[]): number {
  const sum = rows.reduce((all, row) => all + kept.reduce((own, key) => own + (row[key] ?? 0), 0), 0);
  return rows.length === 0 ? 0 : sum / rows.length;
}
