/** Where the causal diagonal sits when seqLenQ ≠ seqLenKV: at the last key, or at the first. */
export type CausalAlignment = 'bottom-right' | 'top-left';

/** Shapes and options of one attention call, plain data. */
export interface AttentionProblem {
  readonly batch: number;
  readonly numHeads: number;
  /** Divides `numHeads`: equal is MHA, fewer is GQA, 1 is MQA. */
  readonly numKVHeads: number;
  readonly seqLenQ: number;
  readonly seqLenKV: number;
  readonly headDim: number;
  readonly headDimV: number;
  readonly softmaxScale: number;
  readonly causal: false | CausalAlignment;
  /** What query, key, value and output are made of; all else is f32. Default f32. */
  readonly dtype?: 'f16';
  /** [left, right] in tokens around the diagonal; -1 is unlimited. */
  readonly window?: readonly [number, number];
  /** score → softcap · tanh(score / softcap). */
  readonly softcap?: number;
  /** Scores fall by slope · distance from the diagonal; the slopes are an input. */
  readonly alibi?: boolean;
  /** Every head has a sink logit in the denominator; the sinks are an input. */
  readonly sinks?: boolean;
  /** Of the additive bias, broadcast over [batch, numHeads, seqLenQ, seqLenKV]; the bias is an input. */
  readonly biasShape?: readonly number[];
  /** Of the boolean mask, broadcast likewise; the mask is an input. */
  readonly maskShape?: readonly number[];
  /** Valid keys of each batch entry. */
  readonly seqLensKV?: readonly number[];
  /** Where each packed document's queries start, and last where they all end; the batch is then 1. */
  readonly cuSeqLensQ?: readonly number[];
  /** The same of its keys. */
  readonly cuSeqLensKV?: readonly number[];
  /** Scores as sums of two f32: for those of hundreds, whose rounding to one shows in the gradients. Default one. */
  readonly scorePrecision?: 'two-term';
  /** WGSL body of `score_mod(score, b, h, q, kv) -> f32`: changes a score after all else but the masks. */
  readonly scoreMod?: string;
  /** WGSL body of `score_mod_grad(score, b, h, q, kv) -> f32`: ∂score_mod/∂score at the score before it. */
  readonly scoreModGrad?: string;
  /** WGSL body of `mask_mod(b, h, q, kv) -> bool`: false hides. */
  readonly maskMod?: string;
}

export const MAX_HEAD_DIM = 512;

/** Query heads that share one key/value head. */
export const groupSize = (problem: AttentionProblem): number => problem.numHeads / problem.numKVHeads;

/** Element counts of the tensors, by their name. */
export function attentionSizes(problem: AttentionProblem) {
  const { batch, numHeads, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV } = problem;
  return {
    query: batch * numHeads * seqLenQ * headDim,
    key: batch * numKVHeads * seqLenKV * headDim,
    value: batch * numKVHeads * seqLenKV * headDimV,
    output: batch * numHeads * seqLenQ * headDimV,
    lse: batch * numHeads * seqLenQ,
  };
}
