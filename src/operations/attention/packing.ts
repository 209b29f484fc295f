import { ShapeError } from '../../core/errors.ts';

/**
 * Packs sequences into as few rows of `capacity` tokens as first-fit decreasing finds: the longest first, each into the first row
 * with room.
 * @returns for each row, the sequences in it, by their places in `lengths`
 * @throws ShapeError naming `lengths` if one is longer than a row
 */
export function packed(lengths: readonly number[], capacity: number): number[][] {
  const tooLong = lengths.find((length) => length > capacity);
  if (tooLong !== undefined) throw new ShapeError('lengths', `at most ${capacity} each`, String(tooLong));
  const order = lengths.map((length, place) => ({ length, place })).sort((a, b) => b.length - a.length);
  const rows: { places: number[]; room: number }[] = [];
  for (const { length, place } of order) {
    const row = rows.find(({ room }) => room >= length) ?? { places: [], room: capacity };
    if (row.places.length === 0) rows.push(row);
    row.places.push(place);
    row.room -= length;
  }
  return rows.map(({ places }) => places);
}

/**
 * Where documents start if rows of packed sequences lie one after another, and last where they end: `cuSeqLensQ` and `cuSeqLensKV`.
 * Room that is left at the end of a row is a document of its own, so that no sequence sees it.
 */
export function packedStarts(lengths: readonly number[], capacity: number): number[] {
  const starts = [0];
  packed(lengths, capacity).forEach((places, row) => {
    const ends = places.map((place) => lengths[place] ?? 0);
    for (const length of ends) starts.push((starts.at(-1) ?? 0) + length);
    const end = (row + 1) * capacity;
    if ((starts.at(-1) ?? end) < end) starts.push(end);
  });
  return starts;
}
