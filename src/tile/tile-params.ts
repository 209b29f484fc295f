import type { DeviceProfile } from '../core/device-profile.ts';
import type { Params, ParamSpec } from '../core/variant.ts';
import { ceilDiv, floatBytes } from '../core/plan.ts';

/** Parameters of every kernel that is built on `lib/tile.wesl`. */
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
      '1 lets the four invocations of a row (blockN / cols = 4, nothing staged) load operands for one another, by subgroups',
    choices: [0, 1],
  },
];

/** Parameters of those whose operands may be loaded as vectors. */
export const VECTOR_TILE_PARAMS: readonly ParamSpec[] = [
  ...TILE_PARAMS,
  {
    name: 'vectorWidth',
    about: 'elements of an operand loaded at a time; 4 where rows have multiples of 4',
    choices: [1, 4],
  },
];

export interface TileShape {
  readonly blockM: number;
  readonly blockN: number;
  readonly rows: number;
  readonly cols: number;
  readonly stageDepth: number;
  readonly quads: number;
  /** 1 where a variant has no such parameter. */
  readonly vectorWidth?: number;
}

/** The tile parameters among a variant's. */
export function tileShape(params: Params): TileShape {
  const { blockM = 0, blockN = 0, rows = 0, cols = 0, stageDepth = 0, quads = 0, vectorWidth = 1 } = params;
  return { blockM, blockN, rows, cols, stageDepth, quads, vectorWidth };
}

export const tileCols = (tile: TileShape): number => tile.blockN / tile.cols;
export const tileInvocations = (tile: TileShape): number => (tile.blockM / tile.rows) * tileCols(tile);

/** Whether the invocations of a row are a quad that may load for one another, see `lib/team.wesl`. */
export const usesQuads = (tile: TileShape): boolean =>
  tile.quads === 1 && tile.stageDepth === 0 && tileCols(tile) === 4;

/** Bytes of `lib/dot_tile.wesl`'s stage, `lib/weighted_tile.wesl`'s weights, `lib/row_reduce.wesl`'s parts. */
export const stageBytes = ({ blockM, blockN, stageDepth, vectorWidth = 1 }: TileShape): number => {
  if (vectorWidth === 1 || stageDepth === 0) return floatBytes(stageDepth * (blockM + blockN + 2));
  return floatBytes((stageDepth + vectorWidth) * (blockM + blockN));
};
export const weightBytes = (tile: TileShape): number =>
  usesQuads(tile) ? 0 : floatBytes(tile.blockM * (tile.blockN + 1));
export const partBytes = (tile: TileShape): number =>
  usesQuads(tile) ? 0 : floatBytes(tile.blockM * tileCols(tile));

/** Whether `lib/dot_tile.wesl`, which takes four elements at a time, has to look where they end. */
export const isRagged = (depth: number): boolean => depth % 4 !== 0;

/** What a tile's shape and the length of its dot products make of `lib/tile.wesl` and `lib/dot_tile.wesl`. */
export const tileSpec = (tile: TileShape, depth: number) => ({
  conditions: {
    STAGED: tile.stageDepth > 0,
    SUBGROUPS: usesQuads(tile),
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

/** Columns of a row of `width` that each invocation holds. */
export function colsPerInvocation(tile: TileShape, width: number): number {
  const { vectorWidth = 1 } = tile;
  return vectorWidth * ceilDiv(width, vectorWidth * tileCols(tile));
}

/** `true`, or why operands with rows of these lengths cannot be loaded so wide. */
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
 * Rows of a register tile on devices that load by quads. Sixteen run up to 1.3 times faster than eight, but SwiftShader
 * takes seconds longer to compile them: for problems of so many FLOPs.
 */
export const quadRows = (flops: number): number => (flops < 2.5e8 ? 8 : 16);

/** Registers an invocation may spend on one accumulator: beyond it, compilers take minutes or spill. */
export const MAX_ACCUMULATORS = 512;

/** `true`, or why a device cannot run a tile of this shape with so much workgroup memory. */
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
