import { compare } from '../core/deviation.ts';
import { valuesOf } from '../core/half.ts';
import type { Arrays } from '../core/variant.ts';

/** The largest relative L2 of outputs from others of the same names; places and ranks are left out. NaN where one is missing. */
export function outputDifference(found: Arrays, wanted: Arrays): number {
  const pairs = Object.entries(wanted).flatMap(([output, array]) => {
    const [expected, actual] = [valuesOf(array), valuesOf(found[output] ?? new Float32Array())];
    if (!(expected instanceof Float32Array)) return [];
    return [{ output, expected, actual: actual instanceof Float32Array ? actual : new Float32Array() }];
  });
  return compare(pairs, Infinity, '').relL2;
}
