import { type DeviceProfile, hasSubgroups, simdClass } from '../../../core/device-profile.ts';
import { ceilDiv } from '../../../core/plan.ts';
import type { Params } from '../../../core/variant.ts';
import { powerOfTwo } from '../../../tile/size-class.ts';
import { colsPerInvocation, MAX_ACCUMULATORS, quadRows } from '../../../tile/tile-params.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';
import { attentionFlops } from '../visibility.ts';
import { outputKernelBytes } from './tiled.ts';

/** Registers for the output that a default may take on a device with wide subgroups. */
const WIDE_ACCUMULATORS = 64;

/** What the defaults depend on. */
export interface TileNeeds {
  /** Columns of the widest sums. */
  readonly width: number;
  /** How many such sums an invocation holds at once. */
  readonly sums?: number;
  /** Rows that a workgroup can find at most. */
  readonly rows: number;
  readonly flops: number;
  /** What rows and scores allow. */
  readonly vectorWidth: number;
}

/** Elements of an operand that its kernels can load at a time. */
export const widestLoads = ({ headDim, headDimV, scorePrecision }: AttentionProblem): number =>
  headDim % 4 === 0 && headDimV % 4 === 0 && scorePrecision !== 'two-term' ? 4 : 1;

/**
 * Large register tiles where subgroups are narrow, many invocations and staged operands, loaded as vectors, where they
 * are wide.
 */
export function tiledDefaults(
  { width, sums = 1, rows, flops, vectorWidth }: TileNeeds,
  device: DeviceProfile,
): Params {
  const mostRows = (most: number, perRow: number): number =>
    Math.min(most, powerOfTwo(rows), 2 ** Math.floor(Math.log2(MAX_ACCUMULATORS / perRow)));
  if (simdClass(device) === 'narrow' && hasSubgroups(device)) {
    // Two sums of eight rows take as many registers as one of sixteen.
    const most = mostRows(sums === 1 ? quadRows(flops) : 8, sums * ceilDiv(width, 4));
    return { blockM: most, blockN: 32, rows: most, cols: 8, stageDepth: 0, quads: 1, vectorWidth: 1 };
  }
  if (simdClass(device) === 'narrow') {
    const tile = { blockN: 32, cols: width > 128 ? 4 : 8, stageDepth: 0, quads: 0, vectorWidth: 1 };
    const perRow = sums * ceilDiv(width, tile.blockN / tile.cols);
    const most = mostRows(8, perRow);
    return { ...tile, blockM: Math.min(32, Math.max(most, powerOfTwo(rows))), rows: most };
  }
  const loads = { stageDepth: 16, quads: 0, vectorWidth };
  const tile = { blockM: 64, blockN: 64, rows: 4, cols: 4, ...loads };
  const accumulators = sums * tile.rows * colsPerInvocation(tile, width);
  const roomy = outputKernelBytes(tile) <= device.limits.maxComputeWorkgroupStorageSize;
  if (rows > 32 && roomy && accumulators <= WIDE_ACCUMULATORS) return tile;
  if (rows > 8) return { blockM: 32, blockN: 32, rows: 2, cols: 2, ...loads };
  return { blockM: 8, blockN: 64, rows: 1, cols: 2, ...loads };
}

/** The defaults of the forward variants. */
export const forwardDefaults = (problem: AttentionProblem, device: DeviceProfile): Params =>
  tiledDefaults(
    {
      width: problem.headDimV,
      rows: groupSize(problem) * problem.seqLenQ,
      flops: attentionFlops(problem),
      vectorWidth: widestLoads(problem),
    },
    device,
  );
