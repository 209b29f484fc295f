import type { AttentionArgs } from '../../src/operations/attention/api.ts';
import type { Tensor } from '../../src/core/tensor.ts';

/** A tensor of zeros. */
export const zeros = (...shape: number[]): Tensor => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

/** A good call of attention: 4 query heads, 2 key/value heads, headDim 8, headDimV 6. */
export const goodArgs: AttentionArgs = {
  query: zeros(1, 4, 3, 8),
  key: zeros(1, 2, 5, 8),
  value: zeros(1, 2, 5, 6),
};

/** What was thrown. */
export function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
