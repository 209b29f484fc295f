import { toHalf, valuesOf } from '../../src/core/half.ts';
import type { Arrays } from '../../src/core/variant.ts';

/** Elements in place of others, by input and index. */
export type Elements = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** Inputs with some elements in place of the seeded ones. */
export function withElements(seeded: Arrays, elements: Elements): Arrays {
  const changed = Object.entries(seeded).map(([name, values]) => {
    const own = elements[name];
    if (own === undefined) return [name, values];
    const numbers = Float32Array.from(valuesOf(values));
    for (const [at, value] of Object.entries(own)) numbers[Number(at)] = value;
    return [name, values instanceof Uint16Array ? toHalf(numbers) : numbers];
  });
  return Object.fromEntries(changed) as Arrays;
}

/** Where a result is not as expected: another NaN or infinity, or a number that is far off. */
export function differences(actual: ArrayLike<number>, expected: ArrayLike<number>, rounding: number) {
  return Array.from(expected, (wanted, at) => ({ at, got: actual[at] ?? 0, wanted })).filter(
    ({ got, wanted }) =>
      !Object.is(got, wanted) && !(Math.abs(got - wanted) <= rounding * (1 + Math.abs(wanted))),
  );
}
