import type { Corners } from '../../core/corner.ts';
import type { ContrastiveProblem } from './problem.ts';
import { randomContrastive } from './random-problem.ts';
import { SHAPES_AND_OPTIONS } from './shape-corners.ts';
import { LOADS, PANELS, SMALL, TILE_SHAPES } from './tile-corners.ts';
import { TRAPS } from './trap-corners.ts';

export const corners: Corners<ContrastiveProblem> = {
  quick: SMALL,
  corners: {
    primes: { problem: { numRows: 67, embedDim: 37, normalize: true } },
    ...SHAPES_AND_OPTIONS,
    ...TILE_SHAPES,
    ...PANELS,
    ...LOADS,
    ...TRAPS,
    // The last step of the elements is half empty, and subgroups share the fragments of a tile.
    'f16, logits of matrix units': {
      problem: { numRows: 45, embedDim: 36, dtype: 'f16' },
      params: [{ blockM: 32, blockN: 32, rows: 2, cols: 4, vectorWidth: 4, unitDepth: 16 }],
    },
  },
  large: [1, 256, 2048].map((embedDim) => ({ numRows: 5000, embedDim })),
  random: randomContrastive,
};
