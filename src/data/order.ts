import { sizeOf } from '../core/tensor.ts';

/** Turns big-endian elements into little-endian ones and back, in place. */
export function reverseElements(bytes: Uint8Array, elementBytes: number): void {
  if (elementBytes === 1) return;
  for (let at = 0; at < bytes.length; at += elementBytes) bytes.subarray(at, at + elementBytes).reverse();
}

/** Elements in row-major order, from elements whose first index runs fastest. */
export function rowMajor(
  bytes: Uint8Array,
  elementBytes: number,
  shape: readonly number[],
): Uint8Array<ArrayBuffer> {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  return gathered(bytes, elementBytes, shape, strides);
}

/** A row-major array with its axes in another order: axis k of the result is axis `axes[k]`. */
export function permuted(
  bytes: Uint8Array,
  elementBytes: number,
  shape: readonly number[],
  axes: readonly number[],
): Uint8Array<ArrayBuffer> {
  const extents = axes.map((axis) => shape[axis] ?? 1);
  const strides = axes.map((axis) => sizeOf(shape.slice(axis + 1)));
  return gathered(bytes, elementBytes, extents, strides);
}

/** Row-major, of elements that lie `strides` (in elements) apart. */
function gathered(
  bytes: Uint8Array,
  elementBytes: number,
  shape: readonly number[],
  strides: readonly number[],
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < bytes.length; to += elementBytes) {
    for (let byte = 0; byte < elementBytes; byte++)
      result[to + byte] = bytes[from * elementBytes + byte] ?? 0;
    // One step on, as an odometer.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [extent = 1, stride = 0, at = 0] = [shape[axis], strides[axis], index[axis]];
      from += stride;
      if (at + 1 < extent) {
        index[axis] = at + 1;
        break;
      }
      from -= stride * extent;
      index[axis] = 0;
    }
  }
  return result;
}
