import { requireTyped } from '../../../core/checks.ts';
import { ceilDiv } from '../../../core/plan.ts';
import type { Codec, Encoded, Extent, Rows } from './codec.ts';
import { asHalves, fromHalves, packCodes, rowWords, unpackCodes } from './pack.ts';

export interface Affine {
  readonly bits: number;
  /** Elements that share a scale and a least number: neighbouring channels of one row … */
  readonly channels?: number;
  /** … or, in its place, neighbouring rows of one channel. */
  readonly tokens?: number;
}

/**
 * Whole numbers between the least and the largest of each group of elements: `code = round((x − least) / scale)` with
 * `scale = (largest − least) / (2^bits − 1)`. Least number and scale are rounded to f16 before codes are made of them.
 */
export function affine({ bits, channels = Infinity, tokens = 1 }: Affine): Codec {
  const groupOf = ({ width }: Extent) => {
    const across = tokens > 1 ? 1 : Math.min(channels, width);
    const perRow = ceilDiv(width, across);
    return {
      perRow,
      at: (row: number, column: number) => Math.floor(row / tokens) * perRow + Math.floor(column / across),
    };
  };
  return {
    block: tokens,
    reader(side, width) {
      const words = rowWords(width, bits);
      const vectors = 32 / bits / 4;
      const { perRow } = groupOf({ groups: 1, slots: 1, width });
      const shared = { numbers: 'cache/lib/numbers/affine', scales: 'cache/lib/scales/pair' };
      if (side === 'value') {
        return {
          modules: { ...shared, values: 'cache/lib/values/by_token' },
          constants: { VALUE_BITS: bits, VALUE_WORDS: words, VALUE_VECTORS: vectors, VALUE_SCALES: perRow },
        };
      }
      const codes = { KEY_BITS: bits, KEY_WORDS: words, KEY_VECTORS: vectors, KEY_FOURS: words * vectors };
      return tokens > 1
        ? {
            modules: { ...shared, keys: 'cache/lib/keys/by_channel' },
            constants: { ...codes, KEY_TOKENS: tokens },
          }
        : {
            modules: { ...shared, keys: 'cache/lib/keys/by_token' },
            constants: { ...codes, KEY_SCALES: perRow },
          };
    },
    buffers(extent) {
      const rows = extent.groups * extent.slots;
      return [
        { name: 'codes', dtype: 'u32', count: rows * rowWords(extent.width, bits) },
        { name: 'scales', dtype: 'u32', count: (rows / tokens) * groupOf(extent).perRow },
      ];
    },
    encode(rows) {
      const { at: groupAt } = groupOf(rows);
      const { words, rounded } = asHalves(scalesAndLeast(rows, groupAt, 2 ** bits - 1));
      const codes = new Uint8Array(rows.values.length);
      forEach(rows, (value, index, row, column) => {
        const group = groupAt(row, column);
        const [scale = 0, least = 0] = [rounded[2 * group], rounded[2 * group + 1]];
        codes[index] =
          scale === 0 ? 0 : Math.min(2 ** bits - 1, Math.max(0, Math.round((value - least) / scale)));
      });
      return { codes: packCodes(codes, rows.width, bits), scales: words };
    },
    decode(encoded: Encoded, extent) {
      const codes = unpackCodes(requireTyped(encoded, 'codes', Uint32Array), extent.width, bits);
      const numbers = fromHalves(requireTyped(encoded, 'scales', Uint32Array));
      const { at: groupAt } = groupOf(extent);
      const values = new Float64Array(codes.length);
      forEach({ ...extent, values }, (_, index, row, column) => {
        const group = groupAt(row, column);
        values[index] = (numbers[2 * group] ?? NaN) * (codes[index] ?? NaN) + (numbers[2 * group + 1] ?? NaN);
      });
      return values;
    },
  };
}

function forEach(
  { values, width }: Rows,
  visit: (value: number, index: number, row: number, column: number) => void,
): void {
  for (let index = 0; index < values.length; index++) {
    visit(values[index] ?? NaN, index, Math.floor(index / width), index % width);
  }
}

/** For each group its scale, then its least number. */
function scalesAndLeast(
  rows: Rows,
  groupAt: (row: number, column: number) => number,
  steps: number,
): Float64Array {
  const count = groupAt(rows.groups * rows.slots - 1, rows.width - 1) + 1;
  const [least, largest] = [new Float64Array(count).fill(Infinity), new Float64Array(count).fill(-Infinity)];
  forEach(rows, (value, _, row, column) => {
    const group = groupAt(row, column);
    if (value < (least[group] ?? NaN)) least[group] = value;
    if (value > (largest[group] ?? NaN)) largest[group] = value;
  });
  const numbers = new Float64Array(2 * count);
  least.forEach((low, group) => {
    numbers[2 * group] = ((largest[group] ?? NaN) - low) / steps;
    numbers[2 * group + 1] = low;
  });
  return numbers;
}
