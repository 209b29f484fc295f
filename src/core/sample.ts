import type { DataArray } from './dtype.ts';

/** Rows to check: all of them, or `count` spread evenly, first and last included. */
export function sampleRows(total: number, count: number): number[] {
  if (count >= total || total <= 2) return Array.from({ length: total }, (_, row) => row);
  const least = Math.max(2, Math.floor(count));
  return Array.from({ length: least }, (_, i) => Math.round((i * (total - 1)) / (least - 1)));
}

/** `all 64 rows` or `8 of 64 rows`. */
export const coverage = (checked: number, total: number): string =>
  checked === total ? `all ${total} rows` : `${checked} of ${total} rows`;

/** Chosen rows of a row-major matrix, packed. */
export function pickRows(data: DataArray, width: number, rows: readonly number[]): Float32Array {
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    picked.set(data.subarray(row * width, (row + 1) * width), index * width);
  });
  return picked;
}
