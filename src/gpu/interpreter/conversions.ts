import { f16round } from '@petamoriken/float16';
import { copy, each, round, type Loop } from './lanes.ts';
import type { ScalarName } from './types.ts';

const saturated = (value: number, least: number, most: number): number =>
  Number.isNaN(value) ? 0 : Math.trunc(Math.min(most, Math.max(least, value))) + 0;

const toSigned = each((a) => a | 0);
const toUnsigned = each((a) => a >>> 0);
const halved = each((a) => f16round(a));

const INTEGERS: readonly ScalarName[] = ['i32', 'u32', 'bool', 'abstract-int'];

/** The loop that turns one scalar into another, as `u32(x)` does: floats saturate, integers keep their bits. */
export function conversion(from: ScalarName, to: ScalarName): Loop {
  if (from === to) return copy;
  switch (to) {
    case 'f32':
      return from === 'f16' || from === 'bool' ? copy : round;
    case 'f16':
      return from === 'bool' ? copy : halved;
    case 'i32':
      return INTEGERS.includes(from) ? toSigned : each((a) => saturated(a, -(2 ** 31), 2 ** 31 - 1));
    case 'u32':
      return INTEGERS.includes(from) ? toUnsigned : each((a) => saturated(a, 0, 2 ** 32 - 1));
    case 'bool':
      return each((a) => (a === 0 ? 0 : 1));
    case 'abstract-int':
    case 'abstract-float':
      return copy;
  }
}

const bits = new DataView(new ArrayBuffer(8));

/** Writes a scalar's bits. */
export function put(view: DataView, at: number, type: ScalarName, value: number): void {
  if (type === 'f32') view.setFloat32(at, value, true);
  else if (type === 'i32') view.setInt32(at, value, true);
  else view.setUint32(at, value, true);
}

/** Reads a scalar's bits. */
export function take(view: DataView, at: number, type: ScalarName): number {
  if (type === 'f32') return view.getFloat32(at, true);
  return type === 'i32' ? view.getInt32(at, true) : view.getUint32(at, true);
}

/** The loop that reads the bits of one scalar of 4 bytes as another. */
export const bitcast = (from: ScalarName, to: ScalarName): Loop =>
  each((a) => {
    put(bits, 0, from, a);
    return take(bits, 0, to);
  });
