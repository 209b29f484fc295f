import type { Comparison } from './comparison.ts';

/** Where an output is off: its rows down, as far as they were compared, and its columns across, in cells. */
export interface ErrorMap {
  readonly output: string;
  readonly rows: number;
  readonly columns: number;
  /** The largest |actual − expected| in each cell; null where something is NaN. */
  readonly cells: readonly (readonly (number | null)[])[];
}

/** Cells of a map at most, down and across. */
const MOST = 32;

/** Nothing where the comparison does not say which output it is of. */
export function errorMap({ output, width = 1, actual, expected }: Comparison): ErrorMap | undefined {
  if (output === undefined) return undefined;
  const [rows, columns] = [Math.ceil(expected.length / width), width];
  const [down, across] = [Math.min(rows, MOST), Math.min(columns, MOST)];
  const cells = Array.from({ length: down }, () => new Array<number | null>(across).fill(0));
  for (let i = 0; i < expected.length; i++) {
    const cellRow = cells[Math.floor((Math.floor(i / width) * down) / rows)];
    const column = Math.floor(((i % width) * across) / columns);
    if (!cellRow) continue;
    const error = errorOf(actual[i] ?? NaN, expected[i] ?? NaN);
    const most = cellRow[column] ?? null;
    cellRow[column] = most === null || Number.isNaN(error) ? null : Math.max(most, error);
  }
  return { output, rows, columns, cells };
}

/** JSON has no infinity: what is infinitely far off counts as NaN. */
function errorOf(actual: number, expected: number): number {
  const error = actual === expected ? 0 : Math.abs(actual - expected);
  return Number.isFinite(error) ? error : NaN;
}
