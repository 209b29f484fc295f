import { type DeviceProfile, hasSubgroups, simdClass } from '../../../core/device-profile.ts';
import { ceilDiv } from '../../../core/plan.ts';
import type { Params } from '../../../core/variant.ts';
import { powerOfTwo } from '../../../tile/size-class.ts';
import {
  colsPerInvocation,
  isSoonDone,
  MAX_ACCUMULATORS,
  quadRows,
  type TileShape,
  wholeStageBytes,
} from '../../../tile/tile-params.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';
import { attentionFlops } from '../visibility.ts';
import { outputKernelBytes } from './tiled.ts';

/** Registers for the output that a default may take on a device with wide subgroups. */
const WIDE_ACCUMULATORS = 64;

/** The traits of a problem that the default tile depends on. */
export interface TileNeeds {
  /** Columns of the widest sums. */
  readonly width: number;
  /** How many such sums an invocation holds at once. */
  readonly sums?: number;
  /** Rows that a workgroup can find at most. */
  readonly numRows: number;
  readonly flops: number;
  /** Elements of a row that can be loaded at a time: 4, or 1 where widths or the precision of scores forbid it. */
  readonly vectorWidth: number;
  /** Whether scores are sums of two terms: a dozen operations hide the loads that more rows would spare. */
  readonly twoTerm?: boolean;
}

/** Elements of an operand that its kernels can load at a time. */
export const widestLoads = ({ headDim, headDimV, scorePrecision }: AttentionProblem): number =>
  headDim % 4 === 0 && headDimV % 4 === 0 && scorePrecision !== 'two-term' ? 4 : 1;

/**
 * Large register tiles where subgroups are narrow, many invocations and staged operands, loaded as vectors, where they
 * are wide.
 */
export function tiledDefaults(
  { width, sums = 1, numRows, flops, vectorWidth, twoTerm = false }: TileNeeds,
  device: DeviceProfile,
): Params {
  const mostRows = (most: number, perRow: number): number =>
    Math.min(most, powerOfTwo(numRows), 2 ** Math.floor(Math.log2(MAX_ACCUMULATORS / perRow)));
  if (simdClass(device) === 'narrow' && hasSubgroups(device)) {
    // Two sums of eight rows take as many registers as one of sixteen.
    const best = Math.min(quadRows(flops), sums === 1 ? 16 : 8, twoTerm ? 4 : 16);
    const most = mostRows(best, sums * ceilDiv(width, 4));
    return { blockM: most, blockN: 32, rows: most, cols: 8, stageDepth: 0, quads: 1, vectorWidth: 1 };
  }
  if (simdClass(device) === 'narrow') {
    const tile = { blockN: 32, cols: width > 128 ? 4 : 8, stageDepth: 0, quads: 0, vectorWidth: 1 };
    const perRow = sums * ceilDiv(width, tile.blockN / tile.cols);
    const most = mostRows(8, perRow);
    return { ...tile, blockM: Math.min(32, Math.max(most, powerOfTwo(numRows))), rows: most };
  }
  const loads = { stageDepth: 16, quads: 0, vectorWidth };
  const tile = { blockM: 64, blockN: 64, rows: 4, cols: 4, ...loads };
  const accumulators = sums * tile.rows * colsPerInvocation(tile, width);
  const roomy = outputKernelBytes(tile) <= device.limits.maxComputeWorkgroupStorageSize;
  if (numRows > 32 && !isSoonDone(flops) && roomy && accumulators <= WIDE_ACCUMULATORS) return tile;
  if (numRows > 8) return { blockM: 32, blockN: 32, rows: 2, cols: 2, ...loads };
  return { blockM: 8, blockN: 64, rows: 1, cols: 2, ...loads };
}

/** A tile whose rows belong to one quad each, and which is staged whole: see `stagesWhole`. */
export interface WholeTile {
  /** Tile rows of an invocation. */
  readonly rows: number;
  /** Tile columns of an invocation. */
  readonly cols: number;
  /** The fewest of its rows, where sums are wide, at which it still gains. */
  readonly fewest: number;
}

/**
 * Tiles of the forward by vendor. Beside each: the share of the FMA peak that flash's machine code cannot exceed, and waves a SIMD, as
 * Mesa's compilers say for headDim 64; then the same of a tile that is staged in parts. See
 * docs/notebook/2026-12-01-staged-whole.md.
 */
const WHOLE_TILES: Readonly<Record<string, WholeTile>> = {
  amd: { rows: 4, cols: 4, fewest: 2 }, // RX 7900 XTX: 81 %, 7 waves; in parts 79 %, 4 waves
  apple: { rows: 2, cols: 8, fewest: 2 }, // M1: 45 %, 4.5 waves; in parts 30 %, 2 waves
  nvidia: { rows: 4, cols: 8, fewest: 2 }, // RTX 3090: 60 %, 3 waves; in parts 37 %, 6 waves
  qualcomm: { rows: 4, cols: 4, fewest: 4 }, // Adreno 750: 66 %, 4 waves, 16 spilled; in parts 54 %, 4 waves
};

/** Workgroup memory that leaves room for several workgroups on a processor. */
const WHOLE_BYTES = 18 * 1024;

/** Rows to be staged whole. */
export interface WholeRows {
  /** Elements of a row. */
  readonly length: number;
  /** Workgroup memory that a tile of them takes. */
  readonly bytes: (tile: TileShape) => number;
}

/** `best`, or what of it fits the problem and the device; undefined where there is none, or nothing is gained. */
export function wholeDefaults(
  best: WholeTile | undefined,
  { width, sums = 1, numRows, vectorWidth }: TileNeeds,
  { length, bytes }: WholeRows,
  device: DeviceProfile,
): Params | undefined {
  if (best === undefined || !hasSubgroups(device) || simdClass(device) === 'narrow') return undefined;
  const perRow = sums * vectorWidth * ceilDiv(width, 4 * vectorWidth);
  const rows = Math.min(best.rows, 2 ** Math.floor(Math.log2(WIDE_ACCUMULATORS / perRow)));
  if (vectorWidth !== 4 || numRows <= 32 || rows < best.fewest) return undefined;
  const blockM = Math.min(128, 64 * rows, powerOfTwo(numRows));
  const shared = { blockM, rows, stageDepth: powerOfTwo(length), quads: 1, vectorWidth };
  const room = Math.min(WHOLE_BYTES, device.limits.maxComputeWorkgroupStorageSize);
  return [best.cols, best.cols / 2, best.cols / 4]
    .map((cols) => ({ ...shared, blockN: 4 * cols, cols }))
    .find((tile) => bytes(tile) <= room);
}

/** The defaults of the forward variants. */
export function forwardDefaults(problem: AttentionProblem, device: DeviceProfile): Params {
  const { headDim, headDimV } = problem;
  const needs = {
    width: headDimV,
    numRows: groupSize(problem) * problem.seqLenQ,
    flops: attentionFlops(problem),
    vectorWidth: widestLoads(problem),
    twoTerm: problem.scorePrecision === 'two-term',
  };
  const staged = { length: headDim, bytes: (tile: TileShape) => wholeStageBytes(tile, headDim, headDimV) };
  return (
    wholeDefaults(WHOLE_TILES[device.vendor ?? ''], needs, staged, device) ?? tiledDefaults(needs, device)
  );
}
