import { Float16Array } from '@petamoriken/float16';
import { requireTyped } from '../../../core/checks.ts';
import type { Codec, Rows } from './codec.ts';
import { nearest, points } from './k-means.ts';
import { fromHalves, packCodes, rowWords, unpackCodes } from './pack.ts';

/** A code is a byte. */
export const CODEBOOK_BITS = 8;
const POINTS = 2 ** CODEBOOK_BITS;

/**
 * One code for each `channels` neighbouring channels of a row: the nearest of the points that k-means found for them among the rows of
 * the same key/value head. Points are f16, and codes are made from points as they are kept.
 */
export function coupled(channels: number): Codec {
  return {
    byHead: true,
    reader(side, width) {
      const codes = width / channels;
      const [words, vectors] = [rowWords(codes, CODEBOOK_BITS), channels / 4];
      return side === 'key'
        ? {
            modules: { keys: 'cache/lib/keys/coupled' },
            constants: { KEY_WORDS: words, KEY_CODES: codes, KEY_COUPLED: vectors, KEY_FOURS: width / 4 },
          }
        : {
            modules: { values: 'cache/lib/values/coupled' },
            constants: { VALUE_WORDS: words, VALUE_CODES: codes, VALUE_COUPLED: vectors, VALUE_WEIGHTS: 1 },
          };
    },
    buffers: ({ groups, slots, width }) => [
      { name: 'codes', dtype: 'u32', count: groups * slots * rowWords(width / channels, CODEBOOK_BITS) },
      { name: 'points', dtype: 'u32', count: (groups * width * POINTS) / 2 },
    ],
    encode(rows, _, fitted) {
      const { groups, slots, width } = rows;
      const perRow = width / channels;
      const codes = new Uint8Array(groups * slots * perRow);
      const book = new Float16Array(groups * width * POINTS);
      const before = fitted && fromHalves(requireTyped(fitted, 'points', Uint32Array));
      for (let group = 0; group < groups; group++) {
        for (let place = 0; place < perRow; place++) {
          const vectors = vectorsOf(rows, group, place, channels);
          const first = (group * perRow + place) * POINTS * channels;
          const kept =
            before?.subarray(first, first + POINTS * channels) ??
            Float64Array.from(Float16Array.from(points(vectors, channels, POINTS)));
          book.set(kept, first);
          for (let slot = 0; slot < slots; slot++) {
            codes[(group * slots + slot) * perRow + place] = nearest(vectors, slot, kept, channels);
          }
        }
      }
      return { codes: packCodes(codes, perRow, CODEBOOK_BITS), points: new Uint32Array(book.buffer) };
    },
    decode(encoded, { groups, slots, width }) {
      const perRow = width / channels;
      const codes = unpackCodes(requireTyped(encoded, 'codes', Uint32Array), perRow, CODEBOOK_BITS);
      const book = fromHalves(requireTyped(encoded, 'points', Uint32Array));
      return Float64Array.from({ length: groups * slots * width }, (_, index) => {
        const row = Math.floor(index / width);
        const place = Math.floor((index % width) / channels);
        const code = codes[row * perRow + place] ?? 0;
        const point = (Math.floor(row / slots) * perRow + place) * POINTS + code;
        return book[point * channels + (index % channels)] ?? NaN;
      });
    },
  };
}

/** The elements of some neighbouring channels of all rows of a group, row by row. */
function vectorsOf(
  { slots, width, values }: Rows,
  group: number,
  place: number,
  channels: number,
): Float64Array {
  const vectors = new Float64Array(slots * channels);
  for (let slot = 0; slot < slots; slot++) {
    const from = (group * slots + slot) * width + place * channels;
    vectors.set(values.subarray(from, from + channels), slot * channels);
  }
  return vectors;
}
