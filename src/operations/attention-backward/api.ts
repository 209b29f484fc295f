import type { Run } from '../../core/run.ts';
import type { AnyTensor, FloatTensor, Tensor } from '../../core/tensor.ts';
import type { AttentionArgs } from '../attention/api.ts';

export interface AttentionBackwardArgs extends AttentionArgs {
  /** [batch, numHeads, seqLenQ, headDimV] */
  readonly outputGrad: AnyTensor;
  /** [batch, numHeads, seqLenQ] */
  readonly lseGrad?: AnyTensor;
}

export interface AttentionBackwardResult {
  /** As query, and of its dtype. */
  readonly queryGrad: Tensor;
  readonly keyGrad: Tensor;
  readonly valueGrad: Tensor;
  /** As bias: what a broadcast dimension shares is summed up. */
  readonly biasGrad?: FloatTensor;
  readonly sinksGrad?: FloatTensor;
  readonly run: Run;
}
