import { requireTyped } from './checks.ts';
import type { Call, Part, Ran } from './operation.ts';
import { floatTensor, sizeOf, type FloatTensor, type Tensor } from './tensor.ts';
import type { Arrays } from './variant.ts';

/** A call of one problem. */
export const singleCall = <Problem, Result>(
  part: Part<Problem>,
  result: (ran: Ran) => Result,
): Call<Problem, Result> => ({
  parts: [part],
  result([only]) {
    if (only === undefined) throw new RangeError('a call of one problem has one result');
    return result(only);
  },
});

/** An f32 output as a tensor. */
export const floatsOf = (shape: readonly number[], outputs: Arrays, name: string): FloatTensor =>
  floatTensor(shape, requireTyped(outputs, name, Float32Array));

/** An output as a tensor of the problem's dtype. */
export function tensorOf(
  { dtype }: { readonly dtype?: 'f16' },
  shape: readonly number[],
  outputs: Arrays,
  name: string,
): Tensor {
  if (dtype === undefined) return floatsOf(shape, outputs, name);
  // A buffer of f16 may end with padding.
  return { shape, data: requireTyped(outputs, name, Uint16Array).subarray(0, sizeOf(shape)), dtype };
}
