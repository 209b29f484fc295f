import type { Operation } from '../operation.ts';
import { normals } from '../random.ts';
import { naive } from './naive.ts';
import { contrastiveFlops, type ContrastiveProblem } from './problem.ts';
import { tiled } from './tiled.ts';
import { verifyContrastive } from './verify.ts';

export const contrastive: Operation<ContrastiveProblem> = {
  id: 'contrastive',
  title: 'Contrastive loss, with gradients',
  variants: [naive, tiled],
  flops: contrastiveFlops,
  inputs: ({ numRows, numCols, embedDim }, seed) => ({
    x: unitRows(normals(numRows * embedDim, seed), embedDim),
    y: unitRows(normals(numCols * embedDim, seed + 1), embedDim),
  }),
  verify: verifyContrastive,
};

/** Scales rows to length 1, as embeddings are. */
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
