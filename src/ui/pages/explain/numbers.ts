import type { Range } from '../../../tile/trace-tiles.ts';

/** A few digits, with a real minus; `−∞` for a hidden score. @param decimals of numbers below 10 */
export function shortNumber(value: number, decimals = 2): string {
  if (value === -Infinity) return '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** `3`, or `0–3`. */
export const rangeWords = ({ first, end }: Range): string =>
  end - first === 1 ? String(first) : `${first}–${end - 1}`;

/** `1 row`, `2 rows`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Whether two ranges begin at the same place, which tells blocks of one length apart. */
export const isSame = (a: Range | undefined, b: Range | undefined): boolean => a?.first === b?.first;
