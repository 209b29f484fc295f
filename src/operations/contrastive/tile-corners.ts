import type { Corner } from '../../core/corner.ts';
import { VECTOR_TILES } from '../../tile/odd-tiles.ts';
import type { ContrastiveProblem } from './problem.ts';
import { TAUGHT } from './shape-corners.ts';

/** Tiles that compile in a tenth of the default's time, and have more tiles and more invocations to get wrong. */
export const SMALL = { blockM: 8, blockN: 16, rows: 2, cols: 2, stageDepth: 0, vectorWidth: 1, colsV: 2 };

const STAGED = { blockM: 32, blockN: 32, rows: 2, cols: 2, stageDepth: 8, vectorWidth: 1, colsV: 4 };
const TALL_STAGED = { ...STAGED, blockM: 64, blockN: 16, rows: 4, cols: 1 };
const SMALLEST = { ...SMALL, rows: 1, cols: 1, colsV: 1 };
const CHUNKS = { ...SMALL, chunkRows: 64 };

/** Several blocks of every tile. The slow ones take a CPU seconds to compile, so each loss has but some of them. */
export const TILE_SHAPES: Readonly<Record<string, Corner<ContrastiveProblem>>> = Object.fromEntries(
  (
    [
      ['clip', [{}, TALL_STAGED]],
      ['siglip', [STAGED]],
      ['info-nce', [{}, STAGED]],
      ['sup-con', [STAGED]],
    ] as const
  ).map(([loss, slow]) => [
    `${loss}, tile shapes`,
    { problem: { loss, numRows: 139, embedDim: 37 }, params: [...slow, SMALLEST, CHUNKS] },
  ]),
);

/** Panels that the matrix does not fit into, and buffers that rows and columns do not. */
export const PANELS: Readonly<Record<string, Corner<ContrastiveProblem>>> = Object.fromEntries(
  Object.entries<Partial<ContrastiveProblem>>({
    clip: { numRows: 139, extraCols: 20 },
    'info-nce': { loss: 'info-nce', numRows: 70, numCols: 139, normalize: true, labelSmoothing: 0.1 },
    siglip: { loss: 'siglip', numRows: 139 },
    f16: { numRows: 139, dtype: 'f16' },
    metrics: { numRows: 139, metrics: true, hardest: 4 },
    'soft-targets': { ...TAUGHT, numRows: 70, numCols: 139 },
  }).map(([name, problem]) => [
    `${name}, several panels and chunks`,
    {
      problem: { embedDim: 16, ...problem },
      params: [{ ...SMALL, panelSide: 36 }, { ...CHUNKS, panelSide: 36 }, CHUNKS],
    },
  ]),
);

const [STRAIGHT, STAGED_FOURS, DEEP_STAGE, BY_QUADS] = VECTOR_TILES.map((tile) => ({ ...tile, colsV: 4 }));

/** Loads of four elements: every way of loading with one loss, and with all of the others together. */
export const LOADS: Readonly<Record<string, Corner<ContrastiveProblem>>> = Object.fromEntries(
  (
    [
      ['clip', { numRows: 45 }, [STRAIGHT, STAGED_FOURS, DEEP_STAGE, BY_QUADS]],
      ['clip, normalised', { numRows: 45, extraCols: 20, normalize: true }, [STRAIGHT, DEEP_STAGE]],
      ['info-nce', { loss: 'info-nce', numRows: 45, numCols: 61 }, [STAGED_FOURS, BY_QUADS]],
      ['f16', { numRows: 45, dtype: 'f16' }, [STRAIGHT, STAGED_FOURS]],
    ] as const
  ).map(([name, problem, tiles]) => [
    `${name}, loads of four`,
    { problem: { embedDim: 36, ...problem }, params: tiles.filter((tile) => tile !== undefined) },
  ]),
);
