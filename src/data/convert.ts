import { formatShape, sizeOf } from '../core/tensor.ts';
import { DataError } from './data-error.ts';
import { DTYPE_BYTES, READERS } from './dtype.ts';
import type { StoredArray } from './stored-array.ts';

/**
 * An array's values as f32: exact for f16, bf16 and small integers, rounded for f64 and large integers.
 * @throws DataError on bool
 */
export async function floatsOf(array: StoredArray): Promise<Float32Array<ArrayBuffer>> {
  const { where, dtype } = array;
  if (dtype === 'bool') throw new DataError(where, 'numbers', 'bool');
  const bytes = await array.bytes();
  if (dtype === 'f32') return new Float32Array(bytes.buffer);
  const values = valuesOf(array, bytes);
  const floats = Float32Array.from(values);
  const lost = floats.findIndex((float, at) => Math.abs(float) === Infinity && Number.isFinite(values[at]));
  if (lost < 0) return floats;
  throw new DataError(where, `numbers up to ${LARGEST_FLOAT}, the largest f32`, `${values[lost]} at ${lost}`);
}

const LARGEST_FLOAT = '3.4028235e38';

/** The bits of an f16 array, which are used as they are stored. @throws DataError on any other dtype */
export async function halvesOf(array: StoredArray): Promise<Uint16Array<ArrayBuffer>> {
  if (array.dtype !== 'f16') throw new DataError(array.where, 'f16', array.dtype);
  return new Uint16Array((await array.bytes()).buffer);
}

/** An array of labels or ids as u32. @throws DataError naming the first value that is no whole number from 0 up */
export async function indicesOf(array: StoredArray): Promise<Uint32Array> {
  const values = valuesOf(array, await array.bytes());
  const odd = values.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= 2 ** 32);
  if (odd >= 0)
    throw new DataError(array.where, `whole numbers from 0 to ${2 ** 32 - 1}`, `${values[odd]} at ${odd}`);
  return Uint32Array.from(values);
}

/**
 * An array as a mask: 1 where an element is not 0.
 * @throws DataError on floats, which would be a bias and not a mask
 */
export async function maskOf(array: StoredArray): Promise<Uint8Array> {
  if (['f16', 'bf16', 'f32', 'f64'].includes(array.dtype)) {
    throw new DataError(array.where, 'bool or whole numbers, 0 hides; floats are a bias', array.dtype);
  }
  return Uint8Array.from(valuesOf(array, await array.bytes()), (value) => (value === 0 ? 0 : 1));
}

function valuesOf({ dtype, shape }: StoredArray, bytes: Uint8Array<ArrayBuffer>): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [read, step] = [READERS[dtype], DTYPE_BYTES[dtype]];
  const values = new Float64Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * step);
  return values;
}

/** An array's dtype and shape in words: `f16 [1, 8, 1024, 64]`. */
export const arrayWords = ({ dtype, shape }: Pick<StoredArray, 'dtype' | 'shape'>): string =>
  `${dtype} ${formatShape(shape)}`;
