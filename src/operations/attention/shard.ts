import { u32, type Uniform } from '../../core/plan.ts';
import type { AttentionProblem, Shard } from './problem.ts';

const FIRST: Pick<Shard, 'firstQuery' | 'firstKey' | 'firstHead'> = {
  firstQuery: 0,
  firstKey: 0,
  firstHead: 0,
};

/** Where a problem begins in the whole. */
export const startOf = ({ shard }: AttentionProblem): typeof FIRST => shard ?? FIRST;

/** The extents of the whole problem. */
export const wholeExtents = ({ seqLenQ, seqLenKV, numHeads, shard }: AttentionProblem) => ({
  seqLenQ: shard?.seqLenQ ?? seqLenQ,
  seqLenKV: shard?.seqLenKV ?? seqLenKV,
  numHeads: shard?.numHeads ?? numHeads,
});

/** The problem that a shard is a part of, as far as places of tokens depend on it. */
export function wholeOf(problem: AttentionProblem): AttentionProblem {
  const { shard, ...whole } = problem;
  return shard === undefined ? problem : { ...whole, ...wholeExtents(problem) };
}

/** Reaches of each batch entry: entries of a shard with lengths of their own see different parts of its keys. */
export const reachLists = ({ shard, seqLensKV, batch }: AttentionProblem): number =>
  shard !== undefined && seqLensKV !== undefined ? batch : 1;

export function shardUniforms(problem: AttentionProblem): Uniform[] {
  const { firstQuery, firstKey, firstHead } = startOf(problem);
  const perEntry = reachLists(problem) === 1 ? 0 : problem.seqLenQ + problem.seqLenKV;
  return [
    u32('first_query', firstQuery),
    u32('first_key', firstKey),
    u32('first_head', firstHead),
    u32('reaches_per_entry', perEntry),
  ];
}
