import type { DataArray } from './dtype.ts';
import { ShapeError } from './errors.ts';
import { describe } from './tensor.ts';

/** Shaders count in u32. */
const MAX_COUNT = 2 ** 32 - 1;

export const isInteger = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/** @throws ShapeError unless `value` is a positive integer that shaders can count to */
export function requireCount(name: string, value: unknown): void {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_COUNT) return;
  throw new ShapeError(name, `a positive integer, at most ${MAX_COUNT}`, String(value));
}

/** @throws ShapeError unless `value` is a finite number */
export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new ShapeError(name, 'a finite number', String(value));
}

/** The array of that name. @throws ShapeError if there is none */
export function requireArray<T>(arrays: Readonly<Record<string, T>>, name: string): T {
  const array = arrays[name];
  if (array === undefined) throw new ShapeError(name, 'an array', 'nothing');
  return array;
}

/** The array of that name and type: `requireTyped(outputs, 'lse', Float32Array)`. @throws ShapeError if there is none */
export function requireTyped<T extends DataArray>(
  arrays: Readonly<Record<string, DataArray>>,
  name: string,
  type: { new (length: number): T; readonly name: string },
): T {
  const array = requireArray(arrays, name);
  if (array instanceof type) return array;
  throw new ShapeError(name, `a ${type.name}`, describe(array));
}

/** @throws ShapeError unless `value` is one of `allowed` */
export function requireOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  const got = typeof value === 'string' ? `'${value}'` : String(value);
  throw new ShapeError(name, allowed.map((item) => `'${item}'`).join(', '), got);
}
