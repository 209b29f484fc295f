import { requireTyped } from '../../../core/checks.ts';
import { groupsOf, rowsPerGroup } from '../problem.ts';
import { topKeys } from '../top-keys.ts';
import type { Basis, Codec, Extent } from './codec.ts';
import { eigenvectors } from './eigenvectors.ts';

/** A codec of rows in a basis. */
export function inBasis(basis: Basis, codec: Codec): Codec {
  const inner = (extent: Extent): Extent => ({ ...extent, width: basis.widthOf(extent.width) });
  return {
    ...(codec.block !== undefined && { block: codec.block }),
    basis,
    reader: (side, width) => codec.reader(side, basis.widthOf(width)),
    buffers: (extent) => [...basis.buffers(extent), ...codec.buffers(inner(extent))],
    encode(rows, context) {
      const fitted = basis.fit(rows, context);
      const values = new Float64Array(rows.groups * rows.slots * basis.widthOf(rows.width));
      changeBasis(rows, rows.values, (group) => basis.matrix(fitted, rows, group), values, false);
      return { ...fitted, ...codec.encode({ ...inner(rows), values }, context) };
    },
    decode(encoded, extent) {
      const values = new Float64Array(extent.groups * extent.slots * extent.width);
      const coordinates = codec.decode(encoded, inner(extent));
      changeBasis(extent, coordinates, (group) => basis.matrix(encoded, extent, group), values, true);
      return values;
    },
  };
}

/** Rows times a matrix for each group, or with `back` times its transpose. */
function changeBasis(
  { groups, slots, width }: Extent,
  from: Float64Array,
  matrixOf: (group: number) => Float64Array,
  into: Float64Array,
  back: boolean,
): void {
  const coordinates = (back ? from.length : into.length) / (groups * slots);
  const [inputs, outputs] = back ? [coordinates, width] : [width, coordinates];
  for (let group = 0; group < groups; group++) {
    const matrix = matrixOf(group);
    for (let row = group * slots; row < (group + 1) * slots; row++) {
      for (let i = 0; i < inputs; i++) {
        const element = from[row * inputs + i] ?? NaN;
        if (element === 0) continue;
        for (let o = 0; o < outputs; o++) {
          const cell = back ? o * coordinates + i : i * coordinates + o;
          const at = row * outputs + o;
          into[at] = (into[at] ?? NaN) + element * (matrix[cell] ?? NaN);
        }
      }
    }
  }
}

/** The largest power of two that divides a width: rows are transformed in blocks of so many elements. */
const blockOf = (width: number): number => width & -width;

/** Whether bit after bit the numbers have an odd number of ones in common. */
function isOdd(a: number, b: number): boolean {
  let common = a & b;
  let odd = false;
  for (; common !== 0; common &= common - 1) odd = !odd;
  return odd;
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
  matrix(_, { width }) {
    const size = blockOf(width);
    const scale = 1 / Math.sqrt(size);
    const matrix = new Float64Array(width * width);
    for (let i = 0; i < width; i++) {
      const first = i - (i % size);
      for (let o = first; o < first + size; o++) {
        matrix[i * width + o] = scale * signOf(i, seed) * (isOdd(i % size, o % size) ? -1 : 1);
      }
    }
    return matrix;
  },
});

/** The `rank` directions in which the rows of each group are largest: eigenvectors of the sum of k kᵀ, in f32. */
export const eigenBasis = (rank: number): Basis => ({
  widthOf: () => rank,
  reader: () => ({ modules: { basis: 'cache/lib/basis/matrix' }, constants: {} }),
  buffers: ({ groups, width }) => [{ name: 'basis', dtype: 'f32', count: groups * width * rank }],
  fit({ groups, slots, width, values }) {
    const basis = new Float32Array(groups * width * rank);
    for (let group = 0; group < groups; group++) {
      const own = values.subarray(group * slots * width, (group + 1) * slots * width);
      const vectors = eigenvectors(momentsOf(own, width), width, rank);
      basis.set(vectors, group * width * rank);
    }
    return { basis };
  },
  matrix: (encoded, { width }, group) =>
    Float64Array.from(
      requireTyped(encoded, 'basis', Float32Array).subarray(group * width * rank, (group + 1) * width * rank),
    ),
});

/** The sum of x xᵀ over rows. */
function momentsOf(rows: Float64Array, width: number): Float64Array {
  const moments = new Float64Array(width * width);
  for (let first = 0; first < rows.length; first += width) {
    for (let i = 0; i < width; i++) {
      const element = rows[first + i] ?? NaN;
      for (let j = 0; j < width; j++) {
        const cell = i * width + j;
        moments[cell] = (moments[cell] ?? NaN) + element * (rows[first + j] ?? NaN);
      }
    }
  }
  return moments;
}

/** The `kept` channels of each group's keys with the largest mean(q²) · mean(k²); of equal ones the first. */
export const thinChannels = (kept: number): Basis => ({
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
  matrix(encoded, { width }, group) {
    const matrix = new Float64Array(width * kept);
    const channels = requireTyped(encoded, 'basis', Uint32Array);
    for (let o = 0; o < kept; o++) matrix[(channels[group * kept + o] ?? 0) * kept + o] = 1;
    return matrix;
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
