import { plain } from './codecs/plain.ts';
import type { CacheData } from './data.ts';
import type { CacheMethod } from './method.ts';
import { budget, kept } from './methods/params.ts';
import { topKeys } from './top-keys.ts';
import { groupsOf, type CacheProblem } from './problem.ts';

/** What is particular to a method that keeps the keys with the largest scores. */
export interface Scored extends Pick<CacheMethod, 'id' | 'title' | 'idea' | 'source'> {
  readonly params?: CacheMethod['params'];
  /** A score for each key of each key/value head, in float64. Of equal ones, the first is kept. */
  readonly scores: (problem: CacheProblem, data: CacheData) => Float64Array;
}

/** A method that keeps the keys with the largest scores, as they are, with their positions: all others are forgotten. */
export function selection({ scores, params = [], ...own }: Scored): CacheMethod {
  return {
    ...own,
    kind: 'selection',
    params: [budget, ...params],
    parts: ({ seqLenKV, params: given }) => [
      { slots: kept(seqLenKV, given), first: 0, listed: true, keys: plain, values: plain },
    ],
    choose: (problem, data) => [best(problem, scores(problem, data))],
  };
}

/** Scores in which the last keys, as many as the parameter `recent` says, are the best. */
export function keepRecent(
  { seqLenKV, params: { recent = 0 } }: CacheProblem,
  scores: Float64Array,
): Float64Array {
  return scores.map((score, at) => (at % seqLenKV >= seqLenKV - recent ? Infinity : score));
}

/** The positions of the best keys of each key/value head, ascending. */
export function best(problem: CacheProblem, scores: Float64Array): Int32Array {
  const { seqLenKV, params } = problem;
  const count = kept(seqLenKV, params);
  const lists = new Int32Array(groupsOf(problem) * count);
  for (let group = 0; group < groupsOf(problem); group++) {
    const own = scores.subarray(group * seqLenKV, (group + 1) * seqLenKV);
    lists.set(topKeys(own, count), group * count);
  }
  return lists;
}
