import type { Run } from '../../core/run.ts';
import type { DeviceTensor } from '../../core/device-tensor.ts';
import type { AnyTensor, FloatTensor, Tensor } from '../../core/tensor.ts';
import type { CausalAlignment } from './problem.ts';

export interface AttentionArgs {
  /** [batch, numHeads, seqLenQ, headDim]; f32, or like key and value f16, where the device has `shader-f16` */
  readonly query: AnyTensor;
  /** [batch, numKVHeads, seqLenKV, headDim] */
  readonly key: AnyTensor;
  /** [batch, numKVHeads, seqLenKV, headDimV] */
  readonly value: AnyTensor;
  /** Default 1/√headDim. */
  readonly softmaxScale?: number;
  /** `true` is `'bottom-right'`. */
  readonly causal?: boolean | CausalAlignment;
  /** [left, right] in tokens around the causal-aligned diagonal; -1 is unlimited. */
  readonly window?: readonly [number, number];
  readonly softcap?: number;
  /** One per head. */
  readonly alibiSlopes?: Float32Array;
  /** One learnable sink logit per head, in the denominator only. */
  readonly sinks?: Float32Array;
  /** Broadcast over [batch, numHeads, seqLenQ, seqLenKV]. */
  readonly bias?: AnyTensor;
  /** Same broadcast; 0 hides. */
  readonly mask?: { readonly shape: readonly number[]; readonly data: Uint8Array } | DeviceTensor<'u8'>;
  readonly seqLensKV?: Uint32Array | readonly number[];
  /** Packed documents, with batch 1: where each one's queries start, and last seqLenQ. */
  readonly cuSeqLensQ?: Uint32Array | readonly number[];
  /** The same of its keys. */
  readonly cuSeqLensKV?: Uint32Array | readonly number[];
  /**
   * What a score is held in: one f32, or the sum of two, which keeps gradients within 1e-5 at scores of hundreds and
   * takes about twice the time. Default `'auto'`: two where query, key and bias may make scores above 64.
   */
  readonly scorePrecision?: 'auto' | 'f32' | 'two-term';
  /**
   * WGSL function body: score_mod(score: f32, b: u32, h: u32, q: u32, kv: u32) → f32, of batch entry, query head, query
   * token and key token; after scale, softcap, ALiBi and bias. It may use WGSL's functions and `tanh_exact`.
   */
  readonly scoreMod?: string;
  /** WGSL function body, with the same parameters: ∂score_mod/∂score, for gradients. */
  readonly scoreModGrad?: string;
  /** WGSL function body: mask_mod(b: u32, h: u32, q: u32, kv: u32) → bool; false hides. */
  readonly maskMod?: string;
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
  readonly run: Run;
}
