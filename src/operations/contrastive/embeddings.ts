import { toHalf } from '../../core/half.ts';
import { normals } from '../../core/random.ts';
import type { ContrastiveProblem } from './problem.ts';

/** Seeded rows of length 1, as embeddings are, unless that is the loss's own business. */
export function embeddings(
  { embedDim, normalize }: ContrastiveProblem,
  count: number,
  seed: number,
): Float32Array {
  const data = normals(count * embedDim, seed);
  return normalize === true ? data : unitRows(data, embedDim);
}

/** Seeded rows as x and y hold them, in the problem's dtype. */
export function storedEmbeddings(
  problem: ContrastiveProblem,
  count: number,
  seed: number,
): Float32Array | Uint16Array {
  const rows = embeddings(problem, count, seed);
  return problem.dtype === 'f16' ? toHalf(rows) : rows;
}

/** Seeded rows of length 1. */
export const unitEmbeddings = (count: number, width: number, seed: number): Float32Array =>
  unitRows(normals(count * width, seed), width);

/** Scales rows to length 1. */
function unitRows(data: Float32Array, width: number): Float32Array {
  for (let start = 0; start < data.length; start += width) {
    const row = data.subarray(start, start + width);
    const length = Math.hypot(...row);
    row.forEach((value, at) => {
      row[at] = value / length;
    });
  }
  return data;
}
