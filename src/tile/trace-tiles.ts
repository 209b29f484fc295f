import { ShapeError } from '../core/errors.ts';

/** From `first` up to `end`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** Rows and columns of a tile, as in the papers B_r and B_c. */
export interface TileSize {
  readonly blockM: number;
  readonly blockN: number;
}

/** Neighbouring ranges of `length` that cover 0 up to `end`; the last may be shorter. */
export function blocksOf(end: number, length: number): Range[] {
  const count = Math.ceil(end / length);
  return Array.from({ length: count }, (_, index) => ({
    first: index * length,
    end: Math.min(end, (index + 1) * length),
  }));
}

/** The whole numbers of a range. */
export const indicesOf = ({ first, end }: Range): number[] =>
  Array.from({ length: end - first }, (_, index) => first + index);

/** @throws ShapeError naming the extent that is no whole number from 1 up */
export function checkTile(tile: TileSize): void {
  for (const name of ['blockM', 'blockN'] as const) {
    if (!Number.isInteger(tile[name]) || tile[name] < 1) {
      throw new ShapeError(name, 'a whole number from 1 up', String(tile[name]));
    }
  }
}
