import { requireTyped } from '../../../core/checks.ts';
import { ceilDiv } from '../../../core/plan.ts';
import type { Codec, Extent, Reader } from './codec.ts';
import { wholeNumbers, type Levels } from './levels.ts';
import { packCodes, rowWords, unpackCodes } from './pack.ts';
import { fromLeast, type ScaleList, type Scales, type Stats } from './scales.ts';

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
  return {
    block: tokens,
    reader(side, width): Reader {
      const words = rowWords(width, bits);
      const vectors = 32 / bits / 4;
      if (side === 'value') {
        return {
          modules: {
            values: 'cache/lib/values/by_token',
            value_numbers: levels.module,
            value_scale: scales.module,
          },
          constants: {
            VALUE_BITS: bits,
            VALUE_WORDS: words,
            VALUE_VECTORS: vectors,
            VALUE_SCALES: perRow(width),
            VALUE_STRIDE: perRow(width),
            VALUE_WEIGHTS: perRow(width),
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
            modules: { keys: 'cache/lib/keys/by_channel', key_numbers: levels.module },
            constants: { ...constants, KEY_TOKENS: tokens },
          }
        : {
            modules: {
              keys: 'cache/lib/keys/by_token',
              key_numbers: levels.module,
              key_scale: scales.module,
            },
            constants: { ...constants, KEY_SCALES: perRow(width), KEY_STRIDE: perRow(width) },
          };
    },
    buffers: (extent) => [
      { name: 'codes', dtype: 'u32', count: extent.groups * extent.slots * rowWords(extent.width, bits) },
      { name: 'scales', dtype: 'u32', count: ceilDiv(scaleCount(extent), scales.inWord) },
    ],
    encode(rows) {
      const { values, width } = rows;
      const chosen = emptyScales(scaleCount(rows));
      const codes = new Uint8Array(values.length);
      eachGroup(rows, { across: across(width), tokens }, (group, members) => {
        const { scale, least } = scales.scaleOf(statsOf(values, members));
        chosen.scale[group] = scale;
        chosen.least[group] = least;
      });
      const words = scales.pack(chosen);
      const kept = scales.unpack(words, scaleCount(rows));
      eachGroup(rows, { across: across(width), tokens }, (group, { first, step, count }) => {
        const [scale, least] = [kept.scale[group] ?? NaN, kept.least[group] ?? NaN];
        for (let i = 0, at = first; i < count; i++, at += step) {
          codes[at] = levels.codeOf(scale === 0 ? 0 : ((values[at] ?? NaN) - least) / scale);
        }
      });
      return { codes: packCodes(codes, width, bits), scales: words };
    },
    decode(encoded, extent) {
      const { width } = extent;
      const kept = scales.unpack(requireTyped(encoded, 'scales', Uint32Array), scaleCount(extent));
      const codes = unpackCodes(requireTyped(encoded, 'codes', Uint32Array), width, bits);
      const known = Float64Array.from({ length: 2 ** bits }, (_, code) => levels.levelOf(code));
      const values = new Float64Array(codes.length);
      eachGroup(extent, { across: across(width), tokens }, (group, { first, step, count }) => {
        const [scale, least] = [kept.scale[group] ?? NaN, kept.least[group] ?? NaN];
        for (let i = 0, at = first; i < count; i++, at += step) {
          values[at] = scale * (known[codes[at] ?? 0] ?? NaN) + least;
        }
      });
      return values;
    },
  };
}

const emptyScales = (count: number): ScaleList => ({
  scale: new Float64Array(count),
  least: new Float64Array(count),
});

/** The elements of a group: `count` of them, `step` apart. */
interface Members {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** Calls back with each group of elements that share a scale, in the order of the scales. */
function eachGroup(
  { groups, slots, width }: Extent,
  { across, tokens }: { readonly across: number; readonly tokens: number },
  visit: (group: number, members: Members) => void,
): void {
  let group = 0;
  for (let row = 0; row < groups * slots; row += tokens) {
    for (let column = 0; column < width; column += across) {
      const first = row * width + column;
      visit(
        group++,
        tokens > 1
          ? { first, step: width, count: tokens }
          : { first, step: 1, count: Math.min(across, width - column) },
      );
    }
  }
}

function statsOf(values: Float64Array, { first, step, count }: Members): Stats {
  let [least, largest, squares] = [Infinity, -Infinity, 0];
  for (let i = 0, at = first; i < count; i++, at += step) {
    const value = values[at] ?? NaN;
    if (value < least) least = value;
    if (value > largest) largest = value;
    squares += value * value;
  }
  return { least, largest, squares, count };
}
