import { ShapeError } from '../../../core/errors.ts';
import { describe } from '../../../core/tensor.ts';

/** A query token stands on key q + offset. For `bottom-right` alignment, it is seqLenKV − seqLenQ. */
export interface Aligned {
  /** Default 0: query and key of the same number stand at the same place. */
  readonly offset?: number;
}

/** An f32 as WGSL spells it: exactly the value that `Math.fround` gives. */
export const float = (value: number): string => `${Math.fround(value)}f`;

/** WGSL of a constant array. */
export const floats = (name: string, values: readonly number[]): string =>
  `const ${name} = array<f32, ${values.length}>(${values.map(float).join(', ')});`;
export const counts = (name: string, values: readonly number[]): string =>
  `const ${name} = array<u32, ${values.length}>(${values.map((value) => `${value}u`).join(', ')});`;

/** WGSL's limit for the elements that a constructor lists. Larger tables belong into a bias or mask tensor. */
const MOST_ELEMENTS = 2047;

/** @throws ShapeError unless it is an integer within bounds */
export function requireInteger(name: string, value: unknown, least: number, most = 2 ** 31 - 1): void {
  const fits = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  if (!fits) throw new ShapeError(name, `an integer from ${least} to ${most}`, describe(value));
}

/** @throws ShapeError unless the offset is absent or an integer */
export function requireOffset({ offset = 0 }: Aligned): void {
  requireInteger('offset', offset, -(2 ** 30), 2 ** 30);
}

/** @throws ShapeError unless it is a list of so many finite numbers, or of any number of them */
export function requireNumbers(name: string, values: unknown, count?: number): void {
  const most = count ?? MOST_ELEMENTS;
  const list: readonly unknown[] = Array.isArray(values) ? values : [];
  if (list.length < (count ?? 1) || list.length > most) {
    const got = Array.isArray(values) ? String(list.length) : describe(values);
    throw new ShapeError(name, count === undefined ? `1 to ${most} numbers` : `${count} numbers`, got);
  }
  const odd = list.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new ShapeError(`${name}[${odd}]`, 'a finite number', describe(list[odd]));
}

/** @throws ShapeError unless it is a table with a row per head, all of one length, that WGSL can hold */
export function requireTable(name: string, table: unknown, width?: number): void {
  const rows: readonly unknown[] = Array.isArray(table) ? table : [];
  const first = rows[0];
  const columns = width ?? (Array.isArray(first) ? first.length : 1);
  if (rows.length === 0) throw new ShapeError(name, 'a list of numbers per head', describe(table));
  rows.forEach((row, head) => requireNumbers(`${name}[${head}]`, row, columns));
  const elements = rows.length * columns;
  if (elements > MOST_ELEMENTS) {
    throw new ShapeError(
      name,
      `at most ${MOST_ELEMENTS} numbers; a bias tensor may have more`,
      `${elements}`,
    );
  }
}

/** @throws ShapeError unless it is a list of token numbers above 0 that increase */
export function requireStarts(name: string, starts: unknown, least = 1): void {
  requireNumbers(name, starts);
  (starts as readonly number[]).forEach((start, index, all) => {
    requireInteger(`${name}[${index}]`, start, (all[index - 1] ?? least - 1) + 1);
  });
}
