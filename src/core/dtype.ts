/** The types of a buffer's elements, and the arrays that hold them on the host. Elements smaller than a word are packed. */
const DTYPES = {
  f32: { bytes: 4, array: Float32Array },
  /** Held as bits. */
  f16: { bytes: 2, array: Uint16Array },
  u32: { bytes: 4, array: Uint32Array },
  i32: { bytes: 4, array: Int32Array },
  u8: { bytes: 1, array: Uint8Array },
  /** Words of several kinds, which the shader takes apart. */
  words: { bytes: 4, array: Uint32Array },
} as const;

export type BufferDtype = keyof typeof DTYPES;

/** An array that holds a buffer's elements. */
export type DataArray = Float32Array | Uint16Array | Uint32Array | Int32Array | Uint8Array;

/** Bytes of `count` elements, in whole words, as storage buffers have them. */
export const dtypeBytes = (dtype: BufferDtype, count: number): number =>
  4 * Math.ceil((count * DTYPES[dtype].bytes) / 4);

/** Bytes that were read back as what they are. Padding of the last word is part of it. */
export const arrayOfDtype = (dtype: BufferDtype, bytes: ArrayBuffer): DataArray =>
  new DTYPES[dtype].array(bytes);

/** The bytes of an array, seen as elements of a type. */
export function viewAs(dtype: BufferDtype, { buffer, byteOffset, byteLength }: DataArray): DataArray {
  const { bytes } = DTYPES[dtype];
  const array: new (buffer: ArrayBufferLike, at: number, length: number) => DataArray = DTYPES[dtype].array;
  return new array(buffer, byteOffset, byteLength / bytes);
}
