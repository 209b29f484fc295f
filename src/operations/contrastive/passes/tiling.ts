import { hasSubgroups, simdClass, type DeviceProfile } from '../../../core/device-profile.ts';
import { ceilDiv, floatBytes, type PlanBuffer } from '../../../core/plan.ts';
import type { Params, ParamSpec } from '../../../core/variant.ts';
import {
  colsPerInvocation,
  isSoonDone,
  partBytes,
  quadRows,
  stageBytes,
  VECTOR_TILE_PARAMS,
  tileFits,
  tileShape,
  tileSpec,
  vectorFits,
  weightBytes,
  type TileShape,
} from '../../../tile/tile-params.ts';
import { lossOf } from '../losses/index.ts';
import { similarityFlops, tileWork, type ContrastiveProblem } from '../problem.ts';
import type { Panel, Chunk } from './pass.ts';

/** Limit for the column parts, whatever N and M: panels get narrower as there are more row blocks. */
export const PANEL_BYTES = 16 * 2 ** 20;

export const TILED_PARAMS: readonly ParamSpec[] = [
  ...VECTOR_TILE_PARAMS,
  { name: 'colsV', about: 'gradient columns per invocation at a time', choices: [1, 2, 4, 8, 16, 32] },
  {
    name: 'chunkRows',
    about: 'rows of x, y and their gradients in one GPU buffer; 0 puts all into one',
    choices: [0, 4096, 16384, 65536],
  },
];

/** Good parameters before any tuning. */
export function tiledDefaults(problem: ContrastiveProblem, device: DeviceProfile): Params {
  return { ...defaultTile(problem, device), chunkRows: defaultChunk(problem, device) };
}

function defaultTile(problem: ContrastiveProblem, device: DeviceProfile): Params {
  if (simdClass(device) === 'narrow') {
    const rows = quadRows(similarityFlops(problem));
    return hasSubgroups(device)
      ? { blockM: rows, blockN: 32, rows, cols: 8, stageDepth: 0, quads: 1, vectorWidth: 1, colsV: 16 }
      : { blockM: 32, blockN: 64, rows: 8, cols: 8, stageDepth: 0, quads: 0, vectorWidth: 1, colsV: 8 };
  }
  const loads = { stageDepth: 8, quads: 0, vectorWidth: problem.embedDim % 4 === 0 ? 4 : 1 };
  // Metrics and lists of the hardest negatives take workgroup memory for every column of a tile.
  const least = { blockM: 16, blockN: 32, rows: 2, cols: 2, ...loads };
  const large = { blockM: 64, blockN: 64, rows: 4, cols: 4, ...loads };
  const middle = { blockM: 32, blockN: 32, rows: 2, cols: 2, ...loads };
  const larger = isSoonDone(similarityFlops(problem)) ? [middle] : [large, middle];
  const room = device.limits.maxComputeWorkgroupStorageSize;
  const tile = larger.find((one) => workgroupBytes(problem, one) <= room) ?? least;
  return { ...tile, colsV: 4 };
}

/** 0 where everything fits into one buffer, else the largest power of two of rows that does. */
function defaultChunk({ numRows, numCols, embedDim }: ContrastiveProblem, { limits }: DeviceProfile): number {
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize) / floatBytes(embedDim);
  return Math.max(numRows, numCols) <= most ? 0 : Math.max(1, 2 ** Math.floor(Math.log2(most)));
}

/** Workgroup memory of the tiled kernel that needs more of it. */
export function workgroupBytes(problem: ContrastiveProblem, tile: TileShape): number {
  const columnParts = partsOfColumn(problem) * (tile.blockM / tile.rows) * tile.blockN;
  const logits = problem.hardest === undefined ? 0 : floatBytes(tile.blockM * tile.blockN);
  return stageBytes(tile) + partBytes(tile) + Math.max(columnParts + logits, weightBytes(tile));
}

/** `true`, or why a device cannot run these parameters. */
export function tiledSupports(
  problem: ContrastiveProblem,
  params: Params,
  device: DeviceProfile,
): true | string {
  const tile = tileShape(params);
  const { colsV = 0, chunkRows = 0 } = params;
  if (!Number.isInteger(colsV) || colsV < 1) return `colsV must be a whole number from 1 up, not ${colsV}`;
  if (!Number.isInteger(chunkRows) || chunkRows < 0)
    return `chunkRows must be a whole number, not ${chunkRows}`;
  if (problem.dtype === 'f16' && (chunkRows * problem.embedDim) % 2 !== 0)
    return `chunkRows ${chunkRows} would cut f16 rows within a word`;
  const vectors = vectorFits(tile, [problem.embedDim]);
  if (vectors !== true) return vectors;
  if (colsV % (tile.vectorWidth ?? 1) !== 0)
    return `vectorWidth ${tile.vectorWidth} does not divide colsV ${colsV}`;
  const fits = tileFits(tile, tile.rows * Math.max(tile.cols, colsV), workgroupBytes(problem, tile), device);
  if (fits !== true) return fits;
  const blocks = ceilDiv(chunkRows === 0 ? problem.numRows : chunkRows, tile.blockM);
  return (
    !lossOf(problem.loss).symmetric ||
    blocks * tile.blockN * partsOfColumn(problem) <= PANEL_BYTES ||
    `${blocks} row blocks leave no room for a panel: chunkRows makes fewer`
  );
}

/** Bytes of `contrastive/lib/tally.wesl`'s `Tally`. */
const partsOfColumn = ({ labelSmoothing, metrics }: ContrastiveProblem): number =>
  floatBytes(2 + (labelSmoothing === undefined ? 0 : 2) + (metrics === true ? 1 : 0));

/** Cuts columns into panels of at most `width`. */
export function panelsOf(columns: number, width: number): Panel[] {
  const step = Math.min(columns, width);
  return Array.from({ length: ceilDiv(columns, step) }, (_, index) => ({
    first: index * step,
    count: Math.min(step, columns - index * step),
  }));
}

/** FLOPs of one workgroup of a pass: longer ones could not be sliced any shorter. */
const WORKGROUP_FLOPS = 1e8;

/** Whole tiles of columns that a workgroup may take at that many FLOPs for each element of its tile. */
export const paceWidth = (tile: TileShape, flopsPerPair: number): number =>
  Math.max(1, Math.floor(WORKGROUP_FLOPS / (flopsPerPair * tile.blockM * tile.blockN))) * tile.blockN;

/** Whole tiles of columns whose statistics a pass finds: their parts have to fit into the fixed workspace. */
export function statsWidth(problem: ContrastiveProblem, tile: TileShape, rowBlocks: number): number {
  const pace = paceWidth(tile, 2 * problem.embedDim * tileWork(problem));
  if (!lossOf(problem.loss).symmetric) return pace;
  const fitting = Math.floor(PANEL_BYTES / (partsOfColumn(problem) * rowBlocks * tile.blockN));
  return Math.min(pace, fitting * tile.blockN);
}

/** Bytes of the column parts of the largest panel of statistics; 0 where columns have none. */
export function partsBytes(
  problem: ContrastiveProblem,
  tile: TileShape,
  rowChunks: readonly Chunk[],
  colChunks: readonly Chunk[],
): number {
  if (!lossOf(problem.loss).symmetric) return 0;
  const sizes = rowChunks.flatMap((own) => {
    const rowBlocks = ceilDiv(own.count, tile.blockM);
    const width = statsWidth(problem, tile, rowBlocks);
    return colChunks.map(({ count }) => rowBlocks * Math.min(count, width) * partsOfColumn(problem));
  });
  return sizes.reduce((a, b) => Math.max(a, b), 0);
}

/** The fixed workspace, if there is any. */
export const workspaceBuffer = (name: string, bytes: number): PlanBuffer[] =>
  bytes === 0 ? [] : [{ name, role: 'workspace', bytes }];

/** Constants, conditions and modules of kernels that weigh embeddings, from problem and tile. */
export function gradientSpec({ embedDim }: ContrastiveProblem, params: Params) {
  const tile = tileShape(params);
  const { conditions, constants, modules } = tileSpec(tile, embedDim);
  const colsV = Math.min(params['colsV'] ?? 1, colsPerInvocation(tile, embedDim));
  return { conditions, modules, constants: { ...constants, WIDTH: embedDim, COLS_V: colsV } };
}
