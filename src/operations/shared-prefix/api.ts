import type { Run } from '../../core/run.ts';
import type { Tensor } from '../../core/tensor.ts';
import type { AttentionArgs, AttentionState } from '../attention/api.ts';

/** A batch whose entries share their first keys: a system prompt, say. */
export interface SharedPrefixArgs extends Pick<AttentionArgs, 'softmaxScale' | 'causal' | 'softcap'> {
  /** [batch, numHeads, seqLenQ, headDim]; f32, or like all others f16, where the device has `shader-f16` */
  readonly query: Tensor;
  /** [numKVHeads, prefixLen, headDim]: the keys that all entries share */
  readonly prefixKey: Tensor;
  /** [numKVHeads, prefixLen, headDimV] */
  readonly prefixValue: Tensor;
  /** [batch, numKVHeads, suffixLen, headDim]: each entry's own keys, which follow the prefix */
  readonly key: Tensor;
  /** [batch, numKVHeads, suffixLen, headDimV] */
  readonly value: Tensor;
}

export interface SharedPrefixResult extends AttentionState {
  readonly run: Run;
}
