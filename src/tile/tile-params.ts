import type { DeviceProfile } from '../core/device-profile.ts';
import type { Params, ParamSpec } from '../core/variant.ts';
import { ceilDiv, floatBytes } from '../core/plan.ts';

/**
 * Parameters of every kernel that is built on `lib/tile.wesl`. Invocation i of a tile owns the cells marked i
 * (blockM 4, blockN 8, rows 2, cols 2; `docs/words.md` has the whole picture):
 *
 *     0 1 2 3 0 1 2 3
 *     0 1 2 3 0 1 2 3
 *     4 5 6 7 4 5 6 7
 *     4 5 6 7 4 5 6 7
 */
export const TILE_PARAMS: readonly ParamSpec[] = [
  { name: 'blockM', about: 'rows of a tile', choices: [8, 16, 32, 64, 128] },
  { name: 'blockN', about: 'columns of a tile', choices: [8, 16, 32, 64, 128] },
  { name: 'rows', about: 'tile rows per invocation', choices: [1, 2, 4, 8, 16] },
  { name: 'cols', about: 'tile columns per invocation', choices: [1, 2, 4, 8, 16] },
  {
    name: 'stageDepth',
    about: 'elements of a dot product staged in workgroup memory at a time; 0 reads straight from storage',
    choices: [0, 8, 16, 32],
  },
  {
    name: 'quads',
    about:
      '1 makes the four invocations of a row (blockN / cols = 4) a team: nothing is staged, and they load operands for one another; in attention with stageDepth from the length of a row up, tiles are staged whole',
    choices: [0, 1],
  },
];

/** Parameters of kernels that can also load operands as vectors. */
export const VECTOR_TILE_PARAMS: readonly ParamSpec[] = [
  ...TILE_PARAMS,
  {
    name: 'vectorWidth',
    about: 'elements of an operand loaded at a time; 4 where rows have multiples of 4',
    choices: [1, 4],
  },
];

/** Parameters of attention's kernels, which can stage tiles whole: see `stagesWhole`. */
export const ATTENTION_TILE_PARAMS: readonly ParamSpec[] = VECTOR_TILE_PARAMS.map((spec) =>
  spec.name === 'stageDepth' ? { ...spec, choices: [...spec.choices, 64, 128, 256, 512] } : spec,
);

export interface TileShape {
  readonly blockM: number;
  readonly blockN: number;
  /** Tile rows of an invocation: ROWS in WGSL. */
  readonly rows: number;
  /** Tile columns of an invocation: COLS in WGSL. */
  readonly cols: number;
  readonly stageDepth: number;
  readonly quads: number;
  /** 1 if a variant has no such parameter. */
  readonly vectorWidth?: number;
}

/** A tile of naive kernels: one cell for each of 64 invocations, which share nothing. */
export const ALONE: TileShape = {
  ...{ blockM: 1, blockN: 64, rows: 1, cols: 1 },
  ...{ stageDepth: 0, quads: 0, vectorWidth: 1 },
};

/** The tile parameters among a variant's parameters. */
export function tileShape(params: Params): TileShape {
  const { blockM = 0, blockN = 0, rows = 0, cols = 0, stageDepth = 0, quads = 0, vectorWidth = 1 } = params;
  return { blockM, blockN, rows, cols, stageDepth, quads, vectorWidth };
}

export const tileCols = (tile: TileShape): number => tile.blockN / tile.cols;
export const tileInvocations = (tile: TileShape): number => (tile.blockM / tile.rows) * tileCols(tile);

/** Whether the four invocations of a tile row are a team, which load operands for each other: see `lib/team.wesl`. */
export const usesQuads = (tile: TileShape): boolean =>
  tile.quads === 1 && tile.stageDepth === 0 && tileCols(tile) === 4;

/**
 * Whether rows on the right, of `depth` elements, and values are staged whole, and teams own tile rows: see
 * `lib/tile_stage.wesl`.
 */
export const stagesWhole = (tile: TileShape, depth: number): boolean =>
  tile.quads === 1 && tileCols(tile) === 4 && tile.vectorWidth === 4 && tile.stageDepth >= depth;

/**
 * Bytes of workgroup memory that such a stage takes, with values of `width` columns. Where a row holds two vectors side by
 * side, `width` is that of the wider one.
 */
export const wholeStageBytes = (tile: TileShape, depth: number, width: number): number =>
  floatBytes(tile.blockN * (depth + 4 + tileCols(tile) * colsPerInvocation(tile, width)));

/**
 * Workgroup memory in bytes: the stage of `lib/dot_tile`, the weights of `lib/weighted_tile`, the parts of
 * `lib/row_reduce`.
 */
export const stageBytes = ({ blockM, blockN, stageDepth, vectorWidth = 1 }: TileShape): number => {
  if (vectorWidth === 1 || stageDepth === 0) return floatBytes(stageDepth * (blockM + blockN + 2));
  return floatBytes((stageDepth + vectorWidth) * (blockM + blockN));
};
export const weightBytes = (tile: TileShape): number =>
  usesQuads(tile) ? 0 : floatBytes(tile.blockM * (tile.blockN + 1));
export const partBytes = (tile: TileShape): number =>
  usesQuads(tile) ? 0 : floatBytes(tile.blockM * tileCols(tile));

/**
 * Whether dot products have a length that is no multiple of four, so that `lib/dot_tile.wesl` must check where they
 * end.
 */
export const isRagged = (depth: number): boolean => depth % 4 !== 0;

/**
 * The conditions and constants of `lib/tile.wesl` and `lib/dot_tile.wesl` for a tile and the length of its dot
 * products.
 * @param whole whether the kernel stages tiles whole
 */
export const tileSpec = (tile: TileShape, depth: number, whole = false) => ({
  modules: { load: 'lib/load/plain' },
  conditions: {
    STAGED: tile.stageDepth > 0 && !whole,
    WHOLE: whole,
    SUBGROUPS: whole || usesQuads(tile),
    VECTOR: tile.vectorWidth === 4,
    RAGGED: isRagged(depth),
  },
  constants: {
    DEPTH: depth,
    BLOCK_M: tile.blockM,
    BLOCK_N: tile.blockN,
    ROWS: tile.rows,
    COLS: tile.cols,
    STAGE_DEPTH: tile.stageDepth,
  },
});

/** The COLS_V of a tile: columns of a row of `width` that each invocation holds. */
export function colsPerInvocation(tile: TileShape, width: number): number {
  const { vectorWidth = 1 } = tile;
  return vectorWidth * ceilDiv(width, vectorWidth * tileCols(tile));
}

/** `true`, or the reason why operands with rows of these lengths cannot be loaded in vectors. */
export function vectorFits(
  { vectorWidth = 1, stageDepth }: TileShape,
  lengths: readonly number[],
): true | string {
  if (vectorWidth === 1) return true;
  if (vectorWidth !== 4) return `vectorWidth must be 1 or 4, not ${vectorWidth}`;
  const odd = lengths.find((length) => length % vectorWidth !== 0);
  if (odd !== undefined) return `vectorWidth ${vectorWidth} does not divide rows of ${odd} elements`;
  return stageDepth % vectorWidth === 0
    ? true
    : `vectorWidth ${vectorWidth} does not divide stageDepth ${stageDepth}`;
}

/**
 * Fewer FLOPs than these run for milliseconds at most, whatever the tile is: how long its kernel compiles counts more, and
 * that no processor is left without a workgroup. On SwiftShader, Dawn and wgpu take 6 to 8 s to compile flash
 * with 4 × 4 cells an invocation, and 2 to 2.3 s with 2 × 2.
 */
const FEW_FLOPS = 1e7;

export const isSoonDone = (flops: number): boolean => flops < FEW_FLOPS;

/**
 * Rows of a register tile on devices that load by quads. Twice the rows run up to 1.3 times faster, but SwiftShader takes
 * twice as long to compile them: 1 s, 1.5 s and 3 s for flash. That pays only for problems of many FLOPs.
 */
export function quadRows(flops: number): number {
  if (isSoonDone(flops)) return 4;
  return flops < 2.5e8 ? 8 : 16;
}

/** Most registers that an invocation may use for its sums. With more, compilers take minutes, or spill. */
export const MAX_ACCUMULATORS = 512;

/**
 * Sizes of a tile that are powers of two, or 0: kernels write `i & (SIZE - 1)` for `i % SIZE`, from which compilers see
 * that an index is in range.
 */
const SIZES = ['blockM', 'blockN', 'rows', 'cols', 'stageDepth'] as const;

const isPowerOfTwo = (value: number): boolean => (value & (value - 1)) === 0;

/** `true`, or the reason why a device cannot run a tile of this shape with this much workgroup memory. */
export function tileFits(
  tile: TileShape,
  accumulators: number,
  workgroupBytes: number,
  { limits }: DeviceProfile,
): true | string {
  for (const [name, value] of Object.entries(tile)) {
    const least = name === 'stageDepth' || name === 'quads' ? 0 : 1;
    if (!Number.isInteger(value) || value < least)
      return `${name} must be a whole number from ${least} up, not ${value}`;
  }
  if (tile.blockM % tile.rows !== 0) return `rows ${tile.rows} does not divide blockM ${tile.blockM}`;
  if (tile.blockN % tile.cols !== 0) return `cols ${tile.cols} does not divide blockN ${tile.blockN}`;
  for (const name of SIZES) {
    if (!isPowerOfTwo(tile[name])) return `${name} must be a power of two, not ${tile[name]}`;
  }
  if (tile.blockN % 4 !== 0) return `blockN must be a multiple of 4, not ${tile.blockN}`;
  const invocations = tileInvocations(tile);
  const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  if (invocations > most) return `${invocations} invocations a workgroup; the device allows ${most}`;
  if (workgroupBytes > limits.maxComputeWorkgroupStorageSize) {
    return `${workgroupBytes} bytes of workgroup memory; the device allows ${limits.maxComputeWorkgroupStorageSize}`;
  }
  if (accumulators > MAX_ACCUMULATORS) {
    return `${accumulators} accumulators an invocation; ${MAX_ACCUMULATORS} is the most that makes sense`;
  }
  return true;
}
