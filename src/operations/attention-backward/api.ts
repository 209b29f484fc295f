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
  /** Each of these three has the shape and dtype of its input. */
  readonly queryGrad: Tensor;
  readonly keyGrad: Tensor;
  readonly valueGrad: Tensor;
  /** Has the shape of bias: summed over broadcast dimensions. */
  readonly biasGrad?: FloatTensor;
  readonly sinksGrad?: FloatTensor;
  readonly run: Run;
}
