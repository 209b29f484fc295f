import { sizeOf } from '../core/tensor.ts';

/** Reverses the bytes of each element in place: big-endian becomes little-endian, and the other way round. */
export function reverseElements(bytes: Uint8Array, elementBytes: number): void {
  if (elementBytes === 1) return;
  for (let at = 0; at < bytes.length; at += elementBytes) bytes.subarray(at, at + elementBytes).reverse();
}

/** The elements of a Fortran-ordered array (first index fastest) in row-major order. */
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

/** Copies elements that lie `strides` apart, counted in elements, into a row-major array of that shape. */
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
    // The next index, counted up like an odometer: the last axis first.
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
