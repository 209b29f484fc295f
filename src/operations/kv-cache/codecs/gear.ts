import { requireTyped } from '../../../core/checks.ts';
import { topKeys } from '../top-keys.ts';
import { affine } from './coded.ts';
import { alongDirections, directionsOf, lowRank } from './basis.ts';
import type { Codec, Extent, Rows } from './codec.ts';
import { asHalves, fromHalves } from './pack.ts';

/** The parameters of a form with low bits, a low rank and outliers. */
export interface GearForm {
  readonly bits: number;
  /** Elements that share a scale, a divisor of the row. */
  readonly channels: number;
  /** Coordinates of the error of the codes, a multiple of 4. */
  readonly rank: number;
  /** Elements of each row that are kept beside its codes: half of them its largest, half its smallest. */
  readonly outliers: number;
}

/**
 * A row x is three things together: outliers S, in f16; codes of x − S; and what the error of the codes, x − S − D, is in the `rank`
 * directions in which that error is largest over the rows of the key/value head, as coordinates in f16. Kernels read the three.
 */
export function gearForm({ bits, channels, rank, outliers }: GearForm): Codec {
  const codes = affine({ bits, channels });
  const ofRow = (width: number) => ({
    scales: Math.ceil(width / channels),
    stride: Math.ceil(width / channels) + outliers + rank / 2,
  });
  return {
    basis: lowRank(rank),
    byHead: true,
    reader(side, width) {
      const own = codes.reader(side, width);
      const { stride } = ofRow(width);
      return side === 'key'
        ? {
            modules: { ...own.modules, keys: 'cache/lib/keys/gear' },
            constants: {
              ...own.constants,
              ...{ KEY_STRIDE: stride, KEY_OUTLIERS: outliers, KEY_RANK: rank },
              KEY_FOURS: (width + rank) / 4,
            },
          }
        : {
            modules: { ...own.modules, values: 'cache/lib/values/gear' },
            constants: {
              ...own.constants,
              ...{ VALUE_STRIDE: stride, VALUE_OUTLIERS: outliers, VALUE_RANK: rank },
              VALUE_WEIGHTS: ofRow(width).scales + 1,
            },
          };
    },
    buffers(extent) {
      const { groups, slots, width } = extent;
      const [coded] = codes.buffers(extent);
      return [
        { name: 'basis', dtype: 'f32', count: groups * width * rank },
        ...(coded === undefined ? [] : [coded]),
        { name: 'scales', dtype: 'u32', count: groups * slots * ofRow(width).stride },
      ];
    },
    encode(rows, context, fitted) {
      const { values, width } = rows;
      const kept = outliersOf(rows, outliers);
      const rest = values.slice();
      for (const { at, element } of kept) rest[at] = (rest[at] ?? NaN) - element;
      const coded = codes.encode({ ...rows, values: rest }, context);
      const decoded = codes.decode(coded, rows);
      const errors = { ...rows, values: rest.map((value, at) => value - (decoded[at] ?? NaN)) };
      const basis = fitted ? requireTyped(fitted, 'basis', Float32Array) : directionsOf(errors, rank);
      return {
        basis,
        codes: requireTyped(coded, 'codes', Uint32Array),
        scales: together(rows, requireTyped(coded, 'scales', Uint32Array), {
          outliers: kept.map(({ at, half }) => (((at % width) << 16) | half) >>> 0),
          coordinates: asHalves(coordinatesOf(errors, basis, rank)),
        }),
      };
    },
    decode(encoded, extent) {
      const { groups, slots, width } = extent;
      const { scales, stride } = ofRow(width);
      const words = requireTyped(encoded, 'scales', Uint32Array);
      const basis = requireTyped(encoded, 'basis', Float32Array);
      const own = new Uint32Array(groups * slots * scales);
      for (let row = 0; row < groups * slots; row++) {
        own.set(words.subarray(row * stride, row * stride + scales), row * scales);
      }
      const decoded = codes.decode({ ...encoded, scales: own }, extent);
      const halves = fromHalves(words);
      for (let group = 0; group < groups; group++) {
        const change = alongDirections(basis, { width, rank, group });
        for (let row = group * slots; row < (group + 1) * slots; row++) {
          const first = row * stride + scales;
          change.back(halves.subarray(2 * (first + outliers), 2 * (row + 1) * stride)).forEach((error, d) => {
            decoded[row * width + d] = (decoded[row * width + d] ?? NaN) + error;
          });
          for (let place = first; place < first + outliers; place++) {
            const at = row * width + ((words[place] ?? 0) >>> 16);
            decoded[at] = (decoded[at] ?? NaN) + (halves[2 * place] ?? NaN);
          }
        }
      }
      return decoded;
    },
  };
}

/** An element that is kept beside the codes, as f16. */
interface Outlier {
  readonly at: number;
  readonly element: number;
  /** Its bits. */
  readonly half: number;
}

/** The largest and smallest elements of each row, half of so many each, channel by channel; of equal ones the first. */
function outliersOf({ values, width }: Rows, count: number): Outlier[] {
  const places: number[] = [];
  for (let first = 0; first < values.length; first += width) {
    const row = values.slice(first, first + width);
    const largest = topKeys(row, count / 2);
    for (let d = 0; d < width; d++) row[d] = -(row[d] ?? NaN);
    for (const d of largest) row[d] = -Infinity;
    const own = Int32Array.of(...largest, ...topKeys(row, count / 2)).sort();
    for (const d of own) places.push(first + d);
  }
  // All at once: f16 is made in software.
  const words = asHalves(Float64Array.from(places, (at) => values[at] ?? NaN));
  const elements = fromHalves(words);
  return places.map((at, index) => ({
    at,
    element: elements[index] ?? NaN,
    half: ((words[index >> 1] ?? 0) >>> (16 * (index & 1))) & 0xffff,
  }));
}

/** Coordinates of rows in their group's directions. */
function coordinatesOf(
  { groups, slots, width, values }: Rows,
  basis: Float32Array,
  rank: number,
): Float64Array {
  const coordinates = new Float64Array(groups * slots * rank);
  for (let group = 0; group < groups; group++) {
    const change = alongDirections(basis, { width, rank, group });
    for (let row = group * slots; row < (group + 1) * slots; row++) {
      coordinates.set(change.into(values.subarray(row * width, (row + 1) * width)), row * rank);
    }
  }
  return coordinates;
}

/** Scales, outliers and coordinates of each row, one after another. */
function together(
  { groups, slots }: Extent,
  scales: Uint32Array,
  { outliers, coordinates }: { readonly outliers: readonly number[]; readonly coordinates: Uint32Array },
): Uint32Array {
  const rows = groups * slots;
  const lists = [scales, outliers, coordinates];
  const stride = lists.reduce((sum, list) => sum + list.length / rows, 0);
  const words = new Uint32Array(rows * stride);
  let place = 0;
  for (const list of lists) {
    const each = list.length / rows;
    for (let i = 0; i < list.length; i++) {
      words[Math.floor(i / each) * stride + place + (i % each)] = list[i] ?? 0;
    }
    place += each;
  }
  return words;
}
