import { requireTyped } from '../../../core/checks.ts';
import { ceilDiv } from '../../../core/plan.ts';
import type { Codec, Extent, Reader, Rows } from './codec.ts';
import { wholeNumbers, type Levels } from './levels.ts';
import { packCodes, rowWords, unpackCodes } from './pack.ts';
import { fromLeast, type Scales, type Stats } from './scales.ts';

/** Elements that share a scale: neighbouring channels of one row, by default all, or in their place neighbouring rows of one channel. */
export interface Sharing {
  readonly channels?: number;
  readonly tokens?: number;
}

/**
 * Whole numbers between the least and the largest of each group of elements: `code = round((x − least) / scale)` with
 * `scale = (largest − least) / (2^bits − 1)`. Least number and scale are rounded to f16 before codes are made of them.
 */
export const affine = ({ bits, ...sharing }: Sharing & { readonly bits: number }): Codec =>
  coded(wholeNumbers(bits), fromLeast(2 ** bits - 1), sharing);

/** Codes of some levels, with a scale for each group of elements. Codes are made from scales as they are kept. */
export function coded(levels: Levels, scales: Scales, { channels = Infinity, tokens = 1 }: Sharing): Codec {
  const { bits } = levels;
  const across = (width: number) => (tokens > 1 ? 1 : Math.min(channels, width));
  const perRow = (width: number) => ceilDiv(width, across(width));
  const scaleCount = ({ groups, slots, width }: Extent) => ((groups * slots) / tokens) * perRow(width);
  const groupAt = (width: number) => {
    const [size, count] = [across(width), perRow(width)];
    return (index: number) => Math.floor(index / width / tokens) * count + Math.floor((index % width) / size);
  };
  return {
    block: tokens,
    reader(side, width): Reader {
      const words = rowWords(width, bits);
      const vectors = 32 / bits / 4;
      const shared = { numbers: levels.module, scales: scales.module };
      if (side === 'value') {
        return {
          modules: { ...shared, values: 'cache/lib/values/by_token' },
          constants: {
            VALUE_BITS: bits,
            VALUE_WORDS: words,
            VALUE_VECTORS: vectors,
            VALUE_SCALES: perRow(width),
          },
        };
      }
      const constants = {
        KEY_BITS: bits,
        KEY_WORDS: words,
        KEY_VECTORS: vectors,
        KEY_FOURS: words * vectors,
      };
      return tokens > 1
        ? {
            modules: { ...shared, keys: 'cache/lib/keys/by_channel' },
            constants: { ...constants, KEY_TOKENS: tokens },
          }
        : {
            modules: { ...shared, keys: 'cache/lib/keys/by_token' },
            constants: { ...constants, KEY_SCALES: perRow(width) },
          };
    },
    buffers: (extent) => [
      { name: 'codes', dtype: 'u32', count: extent.groups * extent.slots * rowWords(extent.width, bits) },
      { name: 'scales', dtype: 'u32', count: ceilDiv(scaleCount(extent), scales.inWord) },
    ],
    encode(rows) {
      const at = groupAt(rows.width);
      const stats = statsOf(rows, at, scaleCount(rows));
      const words = scales.pack(stats.map(scales.scaleOf));
      const kept = stats.map((_, group) => scales.unpack(words, group));
      const codes = Uint8Array.from(rows.values, (value, index) => {
        const { scale, least } = kept[at(index)] ?? { scale: NaN, least: NaN };
        return levels.codeOf(scale === 0 ? 0 : (value - least) / scale);
      });
      return { codes: packCodes(codes, rows.width, bits), scales: words };
    },
    decode(encoded, extent) {
      const at = groupAt(extent.width);
      const words = requireTyped(encoded, 'scales', Uint32Array);
      const kept = Array.from({ length: scaleCount(extent) }, (_, group) => scales.unpack(words, group));
      const codes = unpackCodes(requireTyped(encoded, 'codes', Uint32Array), extent.width, bits);
      return Float64Array.from(codes, (code, index) => {
        const { scale, least } = kept[at(index)] ?? { scale: NaN, least: NaN };
        return scale * levels.levelOf(code) + least;
      });
    },
  };
}

function statsOf({ values }: Rows, at: (index: number) => number, count: number): Stats[] {
  const stats = Array.from({ length: count }, (): Stats => ({
    least: Infinity,
    largest: -Infinity,
    squares: 0,
    count: 0,
  }));
  values.forEach((value, index) => {
    const own = stats[at(index)];
    if (own === undefined) return;
    if (value < own.least) own.least = value;
    if (value > own.largest) own.largest = value;
    own.squares += value * value;
    own.count++;
  });
  return stats;
}
