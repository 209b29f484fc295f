import { ShapeError } from '../core/errors.ts';

/** Whole numbers from `first` up to, but not including, `end`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** Rows and columns of a tile. Papers call them B_r and B_c. */
export interface TileSize {
  readonly blockM: number;
  readonly blockN: number;
}

/** Neighbouring ranges of `length` that cover 0 up to `end`. The last one may be shorter. */
export function blocksOf(end: number, length: number): Range[] {
  const count = Math.ceil(end / length);
  return Array.from({ length: count }, (_, index) => ({
    first: index * length,
    end: Math.min(end, (index + 1) * length),
  }));
}

/** The numbers of a range as a list. */
export const indicesOf = ({ first, end }: Range): number[] =>
  Array.from({ length: end - first }, (_, index) => first + index);

/** Checks the size of a tile. @throws ShapeError naming the extent that is no whole number from 1 up */
export function checkTile(tile: TileSize): void {
  for (const name of ['blockM', 'blockN'] as const) {
    if (!Number.isInteger(tile[name]) || tile[name] < 1) {
      throw new ShapeError(name, 'a whole number from 1 up', String(tile[name]));
    }
  }
}
