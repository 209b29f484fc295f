import { ShapeError } from '../../../core/errors.ts';
import { describe } from '../../../core/tensor.ts';

/** The error of a scale that somebody divides by, or compares similarities with. */
export const positiveScale = (what: string, got: number): ShapeError =>
  new ShapeError('logitScale', `a positive number, which ${what} needs`, String(got));

/** @throws ShapeError unless the option is on, or absent */
export function requireSwitch(name: string, value: unknown): void {
  if (value === undefined || value === true) return;
  throw new ShapeError(name, 'true or false', describe(value));
}

/** @throws ShapeError unless it is a list of numbers */
export function listIn(argument: string, values: unknown): ArrayLike<number> {
  if (Array.isArray(values) && values.every((value) => typeof value === 'number')) return values;
  if (values instanceof Uint32Array || values instanceof Int32Array) return values;
  throw new ShapeError(argument, 'a list of whole numbers', describe(values));
}

/** @throws ShapeError unless there are as many values as one of the lengths, all of which fit */
export function requireEach(
  argument: string,
  values: ArrayLike<number>,
  lengths: readonly number[],
  fits: (value: number) => boolean,
  wanted: string,
): void {
  if (!lengths.includes(values.length)) {
    throw new ShapeError(argument, `${[...new Set(lengths)].join(' or ')} values`, `${values.length}`);
  }
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? NaN;
    if (!fits(value)) throw new ShapeError(argument, wanted, `${value} at ${at}`);
  }
}
