import { groupSize, type AttentionProblem } from '../attention/problem.ts';

/** Attention of a batch whose entries share the first `prefixLen` of their `seqLenKV` keys. */
export interface SharedPrefixProblem extends AttentionProblem {
  readonly prefixLen: number;
}

/**
 * The problem as one entry whose heads are ordered by key/value head, batch entry and query head within the group. So
 * laid out, the queries of all entries that meet one key/value head of the prefix are neighbours, and so are those
 * that meet one of a suffix.
 */
export function flattened({ prefixLen: _, ...problem }: SharedPrefixProblem): AttentionProblem {
  const { batch, numHeads, numKVHeads } = problem;
  return { ...problem, batch: 1, numHeads: batch * numHeads, numKVHeads: batch * numKVHeads };
}

/** The part of it that all entries share: every query sees all of its keys. */
export function prefixPart(problem: SharedPrefixProblem): AttentionProblem {
  const { batch, numKVHeads, prefixLen } = problem;
  const numHeads = numKVHeads * batch * groupSize(problem);
  return { ...flattened(problem), numHeads, numKVHeads, seqLenKV: prefixLen, causal: false };
}

/** The part that each entry has to itself. */
export function suffixPart(problem: SharedPrefixProblem): AttentionProblem {
  return { ...flattened(problem), seqLenKV: problem.seqLenKV - problem.prefixLen };
}
