import type { DataArray } from '../core/dtype.ts';
import { ShapeError } from '../core/errors.ts';
import type { BoundProblem } from '../core/bind.ts';
import type { Arrays } from '../core/variant.ts';

/** The seed of runs that ask for no other, so that they have the same inputs. */
export const SEED = 1;

/** The largest seed. */
export const MAX_SEED = 2 ** 31 - 1;

/**
 * A problem's inputs: the given arrays, and seeded ones for the rest.
 * @throws ShapeError on an array that the problem does not have, or of another length
 */
export function inputsOf(problem: BoundProblem, given: Arrays = {}, seed = SEED): Arrays {
  const seeded = problem.inputs(seed);
  for (const [name, array] of Object.entries(given)) {
    const expected = seeded[name];
    const known = Object.keys(seeded).join(', ');
    if (expected === undefined) throw new ShapeError(`inputs.${name}`, `one of ${known}`, 'another name');
    if (!isLike(array, expected)) {
      throw new ShapeError(`inputs.${name}`, arrayWords(expected), arrayWords(array));
    }
  }
  return { ...seeded, ...given };
}

/** Bytes may be given packed into whole words, too. */
const isLike = (array: DataArray, expected: DataArray): boolean =>
  array.constructor === expected.constructor
    ? array.length === expected.length
    : expected instanceof Uint8Array &&
      array instanceof Uint32Array &&
      array.length === Math.ceil(expected.length / 4);

const arrayWords = (array: Arrays[string]): string => `${array.constructor.name} of ${array.length}`;
