import type { Run } from '../../core/run.ts';
import type { AnyTensor, FloatTensor, Tensor } from '../../core/tensor.ts';
import type { OptionArguments } from './options/fields.ts';

export interface AttentionArgs extends OptionArguments {
  /** [batch, numHeads, seqLenQ, headDim]; f32, or like key and value f16, where the device has `shader-f16` */
  readonly query: AnyTensor;
  /** [batch, numKVHeads, seqLenKV, headDim]; with `pages` [numPages, numKVHeads, pageSize, headDim] */
  readonly key: AnyTensor;
  /** [batch, numKVHeads, seqLenKV, headDimV]; with `pages` [numPages, numKVHeads, pageSize, headDimV] */
  readonly value: AnyTensor;
}

/** Attention over some set of keys: what `mergeStates` puts together. */
export interface AttentionState {
  /** [batch, numHeads, seqLenQ, headDimV], of the query's dtype; states to be merged must be f32. */
  readonly output: Tensor;
  /** [batch, numHeads, seqLenQ], natural logarithm; −∞ where a row sees nothing. */
  readonly lse: FloatTensor;
}

/** A state as `mergeStates` takes it. */
export interface AttentionStateArg {
  readonly output: AnyTensor;
  readonly lse: AnyTensor;
}

export interface AttentionResult extends AttentionState {
  /** The summary of the keys that `choose` made, where it was asked to return it: [batch, numKVHeads, lines, blocks]. */
  readonly keySummary?: FloatTensor;
  readonly run: Run;
}
