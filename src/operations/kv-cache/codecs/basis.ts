import { requireTyped } from '../../../core/checks.ts';
import { groupsOf, rowsPerGroup } from '../problem.ts';
import { topKeys } from '../top-keys.ts';
import type { Basis, Change, Codec, Coordinates, Extent, Rows } from './codec.ts';
import { eigenvectors } from './eigenvectors.ts';

/** A codec of rows in a basis. */
export function inBasis(basis: Basis, codec: Codec): Codec {
  const inner = (extent: Extent): Extent => ({ ...extent, width: basis.widthOf(extent.width) });
  return {
    ...(codec.block !== undefined && { block: codec.block }),
    ...(basis.byHead && { byHead: true }),
    basis,
    reader: (side, width) => codec.reader(side, basis.widthOf(width)),
    buffers: (extent) => [...basis.buffers(extent), ...codec.buffers(inner(extent))],
    encode(rows, context, before) {
      const fitted = before ?? basis.fit(rows, context);
      const values = eachRow(rows, rows.values, (group) => {
        const change = basis.change(fitted, rows, group);
        return (row) => change.into(row);
      });
      return { ...fitted, ...codec.encode({ ...inner(rows), values }, context, before) };
    },
    decode(encoded, extent) {
      return eachRow(extent, codec.decode(encoded, inner(extent)), (group) => {
        const change = basis.change(encoded, extent, group);
        return (row) => change.back(row);
      });
    },
  };
}

/** Rows that have become others, group by group. */
function eachRow(
  { groups, slots }: Extent,
  from: Float64Array,
  changeOf: (group: number) => (row: Float64Array) => Float64Array,
): Float64Array {
  const width = from.length / (groups * slots);
  let into = new Float64Array();
  for (let group = 0; group < groups; group++) {
    const change = changeOf(group);
    for (let row = group * slots; row < (group + 1) * slots; row++) {
      const changed = change(from.subarray(row * width, (row + 1) * width));
      if (into.length === 0) into = new Float64Array(groups * slots * changed.length);
      into.set(changed, row * changed.length);
    }
  }
  return into;
}

/** Coordinates are a row times a matrix [width, coordinates], whose columns are orthonormal. */
const byMatrix = (matrix: Float64Array, width: number, coordinates: number): Change => ({
  into(row) {
    const result = new Float64Array(coordinates);
    for (let i = 0; i < width; i++) {
      const element = row[i] ?? NaN;
      for (let o = 0; o < coordinates; o++) {
        result[o] = (result[o] ?? NaN) + element * (matrix[i * coordinates + o] ?? NaN);
      }
    }
    return result;
  },
  back(row) {
    const result = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let o = 0; o < coordinates; o++) sum += (row[o] ?? NaN) * (matrix[i * coordinates + o] ?? NaN);
      result[i] = sum;
    }
    return result;
  },
});

/** The largest power of two that divides a width: rows are transformed in blocks of so many elements. */
const blockOf = (width: number): number => width & -width;

/** A Hadamard transform of blocks of `size` elements, by butterflies: orthonormal, and its own inverse. */
function transform(row: Float64Array, size: number): Float64Array {
  const result = row.slice();
  for (let half = 1; half < size; half *= 2) {
    for (let low = 0; low < row.length; low++) {
      if ((low % size) & half) continue;
      const [a, b] = [result[low] ?? NaN, result[low + half] ?? NaN];
      result[low] = a + b;
      result[low + half] = a - b;
    }
  }
  const scale = 1 / Math.sqrt(size);
  return result.map((element) => scale * element);
}

/** The sign of an element, as the shader makes it from its place and a seed; seed 0 gives none. */
function signOf(place: number, seed: number): number {
  if (seed === 0) return 1;
  let hash = Math.imul(place + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) & 1 ? -1 : 1;
}

/** Hadamard transform, after signs at random. Nothing of it is kept but the seed; 0 means no signs. */
export const hadamard = (seed: number): Basis => ({
  widthOf: (width) => width,
  reader: (width) => ({
    modules: { basis: 'cache/lib/basis/hadamard' },
    constants: { HADAMARD: blockOf(width), SIGNS: seed },
  }),
  buffers: () => [],
  fit: () => ({}),
  change(_, { width }) {
    const size = blockOf(width);
    const signs = Float64Array.from({ length: width }, (_, place) => signOf(place, seed));
    const signed = (row: Float64Array) => row.map((element, place) => element * (signs[place] ?? NaN));
    return {
      into: (row) => transform(signed(row), size),
      back: (row) => signed(transform(row, size)),
    };
  },
});

/** The `rank` directions in which the rows of each group are largest: eigenvectors of the sum of k kᵀ, in f32. */
export const eigenBasis = (rank: number): Basis => ({
  byHead: true,
  widthOf: () => rank,
  reader: () => ({ modules: { basis: 'cache/lib/basis/matrix' }, constants: {} }),
  buffers: ({ groups, width }) => [{ name: 'basis', dtype: 'f32', count: groups * width * rank }],
  fit: (rows) => ({ basis: directionsOf(rows, rank) }),
  change: (encoded, { width }, group) =>
    alongDirections(requireTyped(encoded, 'basis', Float32Array), { width, rank, group }),
});

/** The directions in which rows are largest, group by group, in f32: [group][element][direction]. */
export function directionsOf({ groups, slots, width, values }: Rows, rank: number): Float32Array {
  const basis = new Float32Array(groups * width * rank);
  for (let group = 0; group < groups; group++) {
    const own = values.subarray(group * slots * width, (group + 1) * slots * width);
    basis.set(eigenvectors(momentsOf(own, width), width, rank), group * width * rank);
  }
  return basis;
}

/** Coordinates in the directions of a group. */
export function alongDirections(
  basis: Float32Array,
  { width, rank, group }: { readonly width: number; readonly rank: number; readonly group: number },
): Change {
  const size = width * rank;
  return byMatrix(Float64Array.from(basis.subarray(group * size, (group + 1) * size)), width, rank);
}

/** A row itself, and its coordinates in the `rank` directions of its group behind it. */
export const lowRank = (rank: number): Coordinates => ({
  widthOf: (width) => width + rank,
  reader: () => ({ modules: { basis: 'cache/lib/basis/low_rank' }, constants: { LOW_RANK: rank } }),
});

/** The sum of x xᵀ over rows. */
function momentsOf(rows: Float64Array, width: number): Float64Array {
  const moments = new Float64Array(width * width);
  for (let first = 0; first < rows.length; first += width) {
    for (let i = 0; i < width; i++) {
      const element = rows[first + i] ?? NaN;
      for (let j = i; j < width; j++) {
        const cell = i * width + j;
        moments[cell] = (moments[cell] ?? NaN) + element * (rows[first + j] ?? NaN);
      }
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) moments[i * width + j] = moments[j * width + i] ?? NaN;
  }
  return moments;
}

/** The `kept` channels of each group's keys with the largest mean(q²) · mean(k²); of equal ones the first. */
export const thinChannels = (kept: number): Basis => ({
  byHead: true,
  widthOf: () => kept,
  reader: () => ({ modules: { basis: 'cache/lib/basis/channels' }, constants: {} }),
  buffers: ({ groups }) => [{ name: 'basis', dtype: 'u32', count: groups * kept }],
  fit({ groups, slots, width, values }, { problem, data }) {
    const channels = new Uint32Array(groups * kept);
    const queries = rowsPerGroup(problem);
    for (let group = 0; group < groupsOf(problem); group++) {
      const keySize = squaresOf(values, width, group * slots, slots);
      const querySize = squaresOf(data.query, width, group * queries, queries);
      const scores = keySize.map((size, d) => size * (querySize[d] ?? NaN));
      channels.set(topKeys(scores, kept), group * kept);
    }
    return { basis: channels };
  },
  change(encoded, { width }, group) {
    const own = requireTyped(encoded, 'basis', Uint32Array).subarray(group * kept, (group + 1) * kept);
    return {
      into: (row) => Float64Array.from(own, (channel) => row[channel] ?? NaN),
      back(coordinates) {
        const row = new Float64Array(width);
        own.forEach((channel, at) => {
          row[channel] = coordinates[at] ?? NaN;
        });
        return row;
      },
    };
  },
});

/** The mean square of each channel over rows. */
function squaresOf(values: ArrayLike<number>, width: number, first: number, count: number): Float64Array {
  const sums = new Float64Array(width);
  for (let at = first * width; at < (first + count) * width; at++) {
    const d = at % width;
    sums[d] = (sums[d] ?? NaN) + (values[at] ?? NaN) ** 2 / count;
  }
  return sums;
}
