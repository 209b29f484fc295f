import { requireArray, requireTyped } from '../../core/checks.ts';
import type { Arrays } from '../../core/variant.ts';
import { firstOf } from './order.ts';
import { walkTop, type RetrieveProblem } from './problem.ts';
import { storageOf } from './storage.ts';

/** The list of one query in float64. */
export interface ReferenceList {
  /** Scores by document. */
  readonly scores: Float64Array;
  readonly indices: readonly number[];
  /** The documents that were compared once more, in ascending order: the others have no scores. Absent: all have. */
  readonly among?: readonly number[];
}

/** Lists of chosen queries, from what is stored, in float64. */
export function retrieveReference(
  problem: RetrieveProblem,
  inputs: Arrays,
  queries: readonly number[],
): ReferenceList[] {
  const { k, rerank } = problem;
  const stored = storedRows(problem, inputs);
  return queries.map((query) => {
    const scores = scoresOf(problem, stored.query(query), stored.document);
    const listed = firstOf(scores, walkTop(problem));
    if (rerank === undefined) return { scores, indices: listed };
    const again = new Float64Array(scores.length).fill(NaN);
    const given = givenRows(problem, inputs);
    for (const index of listed) again[index] = dot(given.query(query), given.document(index));
    return { scores: again, indices: firstOf(again, k, listed), among: listed.sort((a, b) => a - b) };
  });
}

/** Documents nearest to chosen queries by the elements that were given, in float64: those that no storage gets wrong. */
export function nearest(problem: RetrieveProblem, inputs: Arrays, queries: readonly number[]): number[][] {
  const given = givenRows(problem, inputs);
  return queries.map((query) => firstOf(scoresOf(problem, given.query(query), given.document), problem.k));
}

type Row = (index: number) => ArrayLike<number>;
interface Rows {
  readonly query: Row;
  readonly document: Row;
}

/** Rows as they were given. */
function givenRows({ embedDim }: RetrieveProblem, inputs: Arrays): Rows {
  const rows = (name: string): Row => {
    const all = requireArray(inputs, name);
    return (index) => all.subarray(index * embedDim, (index + 1) * embedDim);
  };
  return { query: rows('query'), document: rows('document') };
}

/** Rows as the walk reads them. */
function storedRows(problem: RetrieveProblem, inputs: Arrays): Rows {
  const { embedDim, storage } = problem;
  const { unpack, packsQueries, rowWords } = storageOf(storage);
  if (unpack === undefined) return givenRows(problem, inputs);
  const words = rowWords(embedDim);
  const rows = (name: string): Row => {
    const all = requireTyped(inputs, name, Uint32Array);
    return (index) => unpack(all.subarray(index * words, (index + 1) * words), embedDim);
  };
  return {
    query: packsQueries ? rows('storedQuery') : givenRows(problem, inputs).query,
    document: rows('storedDocument'),
  };
}

function scoresOf({ numDocuments }: RetrieveProblem, query: ArrayLike<number>, document: Row): Float64Array {
  const scores = new Float64Array(numDocuments);
  for (let index = 0; index < numDocuments; index++) scores[index] = dot(query, document(index));
  return scores;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? NaN) * (b[at] ?? NaN);
  return sum;
}
