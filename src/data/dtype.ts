import { getFloat16 } from '@petamoriken/float16';

/**
 * The element types that can be read, with the bytes of an element. All but `f32` and `f16` are converted before use.
 */
export const DTYPE_BYTES = {
  ...{ f16: 2, bf16: 2, f32: 4, f64: 8 },
  ...{ bool: 1, u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8 },
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

/** Reads one little-endian element of each dtype. A 64-bit integer becomes the nearest JavaScript number. */
export const READERS: Readonly<Record<Dtype, (view: DataView, at: number) => number>> = {
  f16: (view, at) => getFloat16(view, at, true),
  bf16: (view, at) => bfloatValue(view.getUint16(at, true)),
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
  bool: (view, at) => view.getUint8(at),
  u8: (view, at) => view.getUint8(at),
  i8: (view, at) => view.getInt8(at),
  u16: (view, at) => view.getUint16(at, true),
  i16: (view, at) => view.getInt16(at, true),
  u32: (view, at) => view.getUint32(at, true),
  i32: (view, at) => view.getInt32(at, true),
  u64: (view, at) => Number(view.getBigUint64(at, true)),
  i64: (view, at) => Number(view.getBigInt64(at, true)),
};

const word = new DataView(new ArrayBuffer(4));

/** The value of a bf16, whose bits are the upper half of an f32. */
function bfloatValue(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
