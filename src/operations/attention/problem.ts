import { storedKeys } from './pages.ts';
import type { OptionFields } from './options/fields.ts';

/**
 * The place of a shard in the whole problem: which of the whole's queries, keys and heads its own begin with. Tensors and numbers of
 * single heads are the shard's own; causal limits, windows, lengths, documents, positions, block masks and modifiers are the whole's.
 */
export interface Shard {
  readonly firstQuery: number;
  readonly firstKey: number;
  readonly firstHead: number;
  /** Extents of the whole. */
  readonly seqLenQ: number;
  readonly seqLenKV: number;
  readonly numHeads: number;
}

/** Shapes and options of one attention call, plain data. */
export interface AttentionProblem extends OptionFields {
  readonly batch: number;
  readonly numHeads: number;
  /** Divides `numHeads`: equal is MHA, fewer is GQA, 1 is MQA. */
  readonly numKVHeads: number;
  readonly seqLenQ: number;
  readonly seqLenKV: number;
  readonly headDim: number;
  readonly headDimV: number;
  /** The problem is a shard of a larger one. */
  readonly shard?: Shard;
}

export const MAX_HEAD_DIM = 512;

/** Query heads that share one key/value head. */
export const groupSize = (problem: AttentionProblem): number => problem.numHeads / problem.numKVHeads;

/** Element counts of the tensors, by their name. */
export function attentionSizes(problem: AttentionProblem) {
  const { batch, numHeads, seqLenQ, headDim, headDimV } = problem;
  const keys = storedKeys(problem);
  return {
    query: batch * numHeads * seqLenQ * headDim,
    key: keys * headDim,
    value: keys * headDimV,
    output: batch * numHeads * seqLenQ * headDimV,
    lse: batch * numHeads * seqLenQ,
  };
}
