import { requireArray, requireTyped } from '../../core/checks.ts';
import { compare, type Deviation } from '../../core/deviation.ts';
import { coverage, pickRows, sampleRows } from '../../core/sample.ts';
import type { Arrays } from '../../core/variant.ts';
import { isSame } from './order.ts';
import { nearest, retrieveReference, type ReferenceList } from './reference.ts';
import { retrieveFlops, type RetrieveProblem } from './problem.ts';

/** Relative L2 error against float64 of what is stored. */
const BOUND = 5e-6;

/**
 * Compares lists with float64. Scores that f32 cannot tell apart may change places, so a list is right if the documents in it
 * score as high as the best do, the scores that it gives are theirs, and documents with the same score come in order.
 */
export function verifyRetrieve(
  problem: RetrieveProblem,
  inputs: Arrays,
  outputs: Arrays,
  flopBudget: number,
): Deviation {
  const { numQueries, k } = problem;
  const queries = sampleRows(numQueries, (flopBudget * numQueries) / retrieveFlops(problem));
  const lists = retrieveReference(problem, inputs, queries);
  const scores = pickRows(requireArray(outputs, 'scores'), k, queries);
  const all = requireTyped(outputs, 'indices', Uint32Array);
  const indices = queries.map((query) => all.subarray(query * k, (query + 1) * k));
  const best = lists.flatMap((list) => list.indices.map((index) => list.scores[index] ?? NaN));
  const listed = lists.flatMap((list, at) =>
    Array.from(indices[at] ?? [], (index) => list.scores[index] ?? NaN),
  );
  const inOrder = lists.flatMap((list, at) => tiesInOrder(list, indices[at] ?? new Uint32Array()));
  const deviation = compare(
    [
      { output: 'scores', width: k, actual: numbers(scores), expected: numbers(listed) },
      { output: 'no numbers', width: k, actual: missing(scores), expected: missing(listed) },
      { output: 'chosen', width: k, actual: numbers(listed), expected: numbers(best) },
      { output: 'indices', width: k, actual: indices.flatMap((row) => [...row]), expected: inOrder },
    ],
    BOUND,
    coverage(queries.length, numQueries),
  );
  if (problem.storage === 'f32') return deviation;
  return { ...deviation, recall: recallOf(nearest(problem, inputs, queries), indices) };
}

/** The share of the nearest documents that are listed. */
function recallOf(nearestOf: readonly (readonly number[])[], listed: readonly Uint32Array[]): number {
  const found = nearestOf.flatMap((best, at) => best.filter((index) => listed[at]?.includes(index) === true));
  return found.length / nearestOf.flat().length;
}

/** Scores with −∞ in place of NaN, which a list may hold and a comparison refuses. */
const numbers = (scores: ArrayLike<number>): number[] =>
  Array.from(scores, (score) => (Number.isNaN(score) ? -Infinity : score));

/** 1 where a score is NaN. */
const missing = (scores: ArrayLike<number>): number[] =>
  Array.from(scores, (score) => Number(Number.isNaN(score)));

/** Indices as listed, but documents with the same score in ascending order, from the first that has it. */
function tiesInOrder({ scores, among }: ReferenceList, listed: Uint32Array): number[] {
  const next = new Map<number, number>();
  return Array.from(listed, (index) => {
    const score = scores[index] ?? NaN;
    const isNext = (other: number): boolean =>
      other >= (next.get(score) ?? 0) && isSame(scores[other] ?? NaN, score);
    const found = among === undefined ? scores.findIndex((_, at) => isNext(at)) : (among.find(isNext) ?? -1);
    next.set(score, found + 1);
    return found;
  });
}
