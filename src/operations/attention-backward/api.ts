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
  /** Of query's shape and dtype; those of key and value likewise. */
  readonly queryGrad: Tensor;
  readonly keyGrad: Tensor;
  readonly valueGrad: Tensor;
  /** Of bias's shape: summed over broadcast dimensions. */
  readonly biasGrad?: FloatTensor;
  readonly sinksGrad?: FloatTensor;
  readonly run: Run;
}
