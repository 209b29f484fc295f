import { Float16Array } from '@petamoriken/float16';
import type { DataArray } from './dtype.ts';

/** The values of f16 bits. */
export const fromHalf = (bits: Uint16Array): Float32Array =>
  Float32Array.from(new Float16Array(bits.buffer, bits.byteOffset, bits.length));

/** The f16 bits nearest to some values. */
export function toHalf(values: Float32Array): Uint16Array {
  const { buffer, byteOffset, length } = new Float16Array(values);
  return new Uint16Array(buffer, byteOffset, length);
}

/** The values of a tensor's data, whichever way it is held. */
export const valuesOf = <Other extends DataArray>(
  data: Other | Uint16Array,
): Exclude<Other, Uint16Array> | Float32Array =>
  data instanceof Uint16Array ? fromHalf(data) : (data as Exclude<Other, Uint16Array>);
