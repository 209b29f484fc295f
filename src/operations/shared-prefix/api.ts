import type { Run } from '../../core/run.ts';
import type { AnyTensor } from '../../core/tensor.ts';
import type { AttentionArgs, AttentionState } from '../attention/api.ts';

/** A batch whose entries share their first keys: a system prompt, say. */
export interface SharedPrefixArgs extends Pick<AttentionArgs, 'softmaxScale' | 'causal' | 'softcap'> {
  /** [batch, numHeads, seqLenQ, headDim]; f32, or like all others f16, where the device has `shader-f16` */
  readonly query: AnyTensor;
  /** [numKVHeads, prefixLen, headDim]: the keys that all entries share */
  readonly prefixKey: AnyTensor;
  /** [numKVHeads, prefixLen, headDimV] */
  readonly prefixValue: AnyTensor;
  /** [batch, numKVHeads, suffixLen, headDim]: each entry's own keys, which follow the prefix */
  readonly key: AnyTensor;
  /** [batch, numKVHeads, suffixLen, headDimV] */
  readonly value: AnyTensor;
}

export interface SharedPrefixResult extends AttentionState {
  readonly run: Run;
}
