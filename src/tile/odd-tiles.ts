import type { Params } from '../core/variant.ts';

/** A tile that compiles in a moment, of few registers and several invocations: a CPU takes seconds for those that are fast. */
export const QUICK_TILE: Params = { blockM: 8, blockN: 8, rows: 2, cols: 2 };

/** Flat, tall and wide tiles, of one register and of many, staged and not: none of them is anybody's default. */
export const ODD_TILES: readonly Params[] = [
  { blockM: 8, blockN: 8, rows: 1, cols: 1, stageDepth: 0 },
  { blockM: 16, blockN: 32, rows: 2, cols: 8, stageDepth: 8 },
  { blockM: 64, blockN: 16, rows: 4, cols: 2, stageDepth: 16 },
  { blockM: 8, blockN: 64, rows: 2, cols: 16, stageDepth: 0 },
];

/** Loads of four elements: straight from storage, staged in fewer elements than a row has and in more, and by quads. */
export const VECTOR_TILES: readonly Params[] = [
  { blockM: 16, blockN: 32, rows: 2, cols: 4, stageDepth: 0, quads: 0, vectorWidth: 4 },
  { blockM: 8, blockN: 16, rows: 1, cols: 2, stageDepth: 8, quads: 0, vectorWidth: 4 },
  { blockM: 16, blockN: 8, rows: 2, cols: 2, stageDepth: 32, quads: 0, vectorWidth: 4 },
  { blockM: 8, blockN: 16, rows: 2, cols: 4, stageDepth: 0, quads: 1, vectorWidth: 4 },
];

/** Tiles staged whole, whose stage depths cover rows of up to 128 elements. */
export const WHOLE_TILES: readonly Params[] = [
  { blockM: 8, blockN: 16, rows: 2, cols: 4, stageDepth: 128, quads: 1, vectorWidth: 4 },
  { blockM: 32, blockN: 8, rows: 1, cols: 2, stageDepth: 128, quads: 1, vectorWidth: 4 },
];

/** One tile for each way a tile is loaded by fours: straight from storage, staged in parts, and staged whole by quads. */
export const LOADS: readonly Params[] = [...VECTOR_TILES.slice(0, 2), ...WHOLE_TILES.slice(0, 1)];
