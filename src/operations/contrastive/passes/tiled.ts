import { hasSubgroups, simdClass, type DeviceProfile } from '../../../core/device-profile.ts';
import type { Params, ParamSpec } from '../../../core/variant.ts';
import { ceilDiv, floatBytes, read, readWrite, type Pass, type PlanBuffer } from '../../../core/plan.ts';
import {
  colsPerInvocation,
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
import { hardestSpec, hasStats } from './losses.ts';
import { contrastivePass } from './pass.ts';
import { gradientOf, rowsOf, walked, type Panel, type Slice } from './slices.ts';
import { directions, termsOf } from './terms.ts';
import { similarityFlops, type ContrastiveProblem } from '../problem.ts';

/** What the column parts may take, whatever N and M: panels get narrower as there are more row blocks. */
export const PANEL_BYTES = 16 * 2 ** 20;

const WORKGROUP_SIZE = 64;

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
  const larger = [
    { blockM: 64, blockN: 64, rows: 4, cols: 4, ...loads },
    { blockM: 32, blockN: 32, rows: 2, cols: 2, ...loads },
  ];
  const room = device.limits.maxComputeWorkgroupStorageSize;
  const tile = larger.find((one) => workgroupBytes(problem, one) <= room) ?? least;
  return { ...tile, colsV: 4 };
}

/** 0 where everything fits into one buffer, else the largest power of two of rows that does. */
function defaultChunk({ numRows, numCols, embedDim }: ContrastiveProblem, { limits }: DeviceProfile): number {
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize) / floatBytes(embedDim);
  return Math.max(numRows, numCols) <= most ? 0 : Math.max(1, 2 ** Math.floor(Math.log2(most)));
}

/** Of the hungrier of the tiled kernels. */
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

/** Whole tiles of columns whose parts fit into the fixed workspace. */
const partsWidth = (problem: ContrastiveProblem, tile: TileShape, rowBlocks: number): number =>
  Math.floor(PANEL_BYTES / (partsOfColumn(problem) * rowBlocks * tile.blockN)) * tile.blockN;

/** What becomes of the tiles of the statistics beyond these. */
interface StatsOptions {
  /** Keeps the dot products in `panel`: rows and columns are one slice each. */
  readonly keepDots?: boolean;
}

/** 1 U: the statistics of all lines that have any. None for a loss without softmax. */
export function statsPasses(
  problem: ContrastiveProblem,
  tile: TileShape,
  rows: readonly Slice[],
  cols: readonly Slice[],
  options: StatsOptions = {},
): Pass[] {
  if (!hasStats(problem)) return [];
  return rows.flatMap((own) => cols.flatMap((other) => statsOf(problem, tile, own, other, options)));
}

function statsOf(
  problem: ContrastiveProblem,
  tile: TileShape,
  own: Slice,
  other: Slice,
  { keepDots = false }: StatsOptions,
): Pass[] {
  const { embedDim, numRows, numCols } = problem;
  const { symmetric } = lossOf(problem.loss);
  const rowBlocks = ceilDiv(own.count, tile.blockM);
  const { conditions, constants, modules } = tileSpec(tile, embedDim);
  const hardest = hardestSpec(problem);
  const parts = keepDots ? 'columnParts' : 'panel';
  const pace = paceWidth(tile, 2 * embedDim);
  const width = symmetric ? Math.min(pace, partsWidth(problem, tile, rowBlocks)) : pace;
  return panelsOf(other.count, width).flatMap((panel) => {
    const work = (own.count * panel.count) / (numRows * numCols);
    const stats = contrastivePass(problem, {
      label: 'tiled stats',
      shader: 'contrastive/tiled_stats',
      conditions,
      constants: { ...constants, ...hardest.constants },
      modules: { ...modules, dots: `contrastive/lib/dots/${keepDots ? 'computed_and_kept' : 'computed'}` },
      bindings: [
        rowsOf(own, 'left'),
        walked(other, 'right', panel, rowBlocks),
        ...readWrite('lines', {
          ...(symmetric && { col_parts: parts }),
          ...(keepDots && { panel_dots: 'panel' }),
        }),
        ...hardest.bindings,
      ],
      workgroups: rowBlocks,
      flops: work * similarityFlops(problem),
      work,
      own,
      other,
      panel,
    });
    if (!symmetric) return [stats];
    const columns = contrastivePass(problem, {
      label: 'tiled columns',
      shader: 'contrastive/tiled_columns',
      constants: { WORKGROUP_SIZE },
      bindings: [...read({ col_parts: parts }), ...readWrite('lines')],
      workgroups: ceilDiv(panel.count, WORKGROUP_SIZE),
      flops: 10 * rowBlocks * panel.count,
      own,
      other,
      panel,
      rowBlocks,
    });
    return [stats, columns];
  });
}

/** Bytes of the column parts of the largest panel of statistics. */
export function partsBytes(problem: ContrastiveProblem, stats: readonly Pass[]): number {
  const parts = stats.map(({ uniforms }) => {
    const value = (name: string) => uniforms.find((uniform) => uniform.name === name)?.value ?? 0;
    return value('row_blocks') * value('panel_cols') * partsOfColumn(problem);
  });
  return parts.reduce((a, b) => Math.max(a, b), 0);
}

/** The fixed workspace, if there is any. */
export const workspaceBuffer = (name: string, bytes: number): PlanBuffer[] =>
  bytes === 0 ? [] : [{ name, role: 'workspace', bytes }];

/** What the problem and the tile make of kernels that weigh embeddings. */
export function gradientSpec({ embedDim }: ContrastiveProblem, params: Params) {
  const tile = tileShape(params);
  const { conditions, constants, modules } = tileSpec(tile, embedDim);
  const colsV = Math.min(params['colsV'] ?? 1, colsPerInvocation(tile, embedDim));
  return { conditions, modules, constants: { ...constants, WIDTH: embedDim, COLS_V: colsV } };
}

/** 2 U for the gradient of the embeddings along `of`; 1 U where only sums along the rows are wanted. */
export function gradientPasses(
  problem: ContrastiveProblem,
  params: Params,
  of: 'x' | 'y',
  owns: readonly Slice[],
  others: readonly Slice[],
  sumsFrom = 0,
): Pass[] {
  const tile = tileShape(params);
  const { embedDim, numRows, numCols, gradients } = problem;
  const terms = termsOf(problem, of);
  const embedGrad = gradients.includes(of);
  if (!embedGrad && !terms.any) return [];
  const products = embedGrad ? 2 : 1;
  const { conditions, constants, modules } = gradientSpec(problem, params);
  return owns.flatMap((own) =>
    others.flatMap((other) =>
      panelsOf(other.count, paceWidth(tile, 2 * products * embedDim)).map((panel) => {
        const work = (products * own.count * panel.count) / (numRows * numCols);
        return contrastivePass(problem, {
          label: embedGrad ? `tiled ${of}Grad` : 'tiled sums',
          shader: 'contrastive/tiled_gradient',
          conditions: { ...conditions, ...directions(problem, of), ...terms.conditions },
          constants,
          modules: {
            ...modules,
            dots: 'contrastive/lib/dots/computed',
            weights: `contrastive/lib/weights/${embedGrad ? 'multiplied' : 'unused'}`,
          },
          bindings: [
            rowsOf(own, 'left'),
            walked(other, 'right', panel, ceilDiv(own.count, tile.blockM)),
            ...(embedGrad ? [rowsOf(other, 'values')] : []),
            ...read('lines'),
            ...(embedGrad ? [gradientOf(own)] : []),
            ...terms.bindings,
          ],
          workgroups: ceilDiv(own.count, tile.blockM),
          flops: work * similarityFlops(problem),
          work,
          own,
          other,
          panel,
          sumsFrom,
        });
      }),
    ),
  );
}
