import { DTYPE_BYTES } from './dtype.ts';
import { permuted } from './order.ts';
import type { StoredArray } from './stored-array.ts';

/** The order of heads and tokens in an array of queries, keys or values. */
export type HeadLayout = 'heads-first' | 'tokens-first';

/**
 * The array as [batch, heads, tokens, dim], from that order or from [batch, tokens, heads, dim]. A missing batch counts
 * as 1; an array of two dimensions has one head. Arrays of fewer than two or more than four dimensions are returned
 * unchanged: the call that uses them reports the error.
 */
export function headsFirst(array: StoredArray, layout: HeadLayout): StoredArray {
  const { shape, dtype } = array;
  if (shape.length < 2 || shape.length > 4) return array;
  const whole = [...[1, 1].slice(0, 4 - shape.length), ...shape];
  if (layout === 'heads-first' || shape.length === 2) return { ...array, shape: whole };
  const axes = [0, 2, 1, 3];
  return {
    ...array,
    shape: axes.map((axis) => whole[axis] ?? 1),
    bytes: async () => permuted(await array.bytes(), DTYPE_BYTES[dtype], whole, axes),
  };
}
