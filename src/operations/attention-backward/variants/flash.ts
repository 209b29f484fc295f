import type { DeviceProfile } from '../../../core/device-profile.ts';
import type { Params, Variant } from '../../../core/variant.ts';
import { floatBuffer, floatBytes, type Plan } from '../../../core/plan.ts';
import {
  ATTENTION_TILE_PARAMS,
  colsPerInvocation,
  stagesWhole,
  tileFits,
  tileShape,
  wholeStageBytes,
  type TileShape,
} from '../../../tile/tile-params.ts';
import { statsBytes } from '../../attention/passes/buffers.ts';
import { rotatedBuffers, rotatePasses } from '../../attention/passes/rotate.ts';
import { outputKernelBytes, tiledSupports } from '../../attention/passes/tiled.ts';
import {
  tiledDefaults,
  wholeDefaults,
  widestLoads,
  type WholeTile,
} from '../../attention/passes/defaults.ts';
import { statePasses } from '../../attention/passes/state.ts';
import { attentionSizes } from '../../attention/problem.ts';
import { tiling } from '../../attention/passes/tiling.ts';
import { attentionFlops } from '../../attention/visibility.ts';
import { backwardBuffers } from '../passes/buffers.ts';
import {
  deltaPass,
  gradientStage,
  gradientWidth,
  isTwoTerm,
  operandStage,
  rowDataPass,
} from '../passes/stages.ts';
import type { AttentionBackwardProblem } from '../problem.ts';
import { sinksPass } from '../passes/sums.ts';

/**
 * Tiles by vendor that are staged whole. Beside each: the bound of the query and of the key and value gradient, as in the
 * forward's table; then that of a tile that is staged in parts.
 */
const WHOLE_TILES: Readonly<Record<string, WholeTile>> = {
  amd: { rows: 2, cols: 4, fewest: 2 }, // RX 7900 XTX: 86 and 87 %, 12 waves; in parts 79 and 82 %, 4 waves
};

export const flash: Variant<AttentionBackwardProblem> = {
  id: 'flash',
  title: 'Flash, tiles recomputed',
  idea: 'Keep two numbers per row and compute every tile of probabilities again: once to own queries, once to own keys.',
  params: ATTENTION_TILE_PARAMS,
  defaults(problem, device) {
    const needs = {
      width: gradientWidth(problem),
      sums: 2,
      numRows: problem.seqLenKV,
      flops: attentionFlops(problem),
      vectorWidth: widestLoads(problem),
    };
    const staged = {
      length: problem.headDim + problem.headDimV,
      bytes: (tile: TileShape) => gradientBytes(problem, tile),
    };
    return (
      wholeDefaults(WHOLE_TILES[device.vendor ?? ''], needs, staged, device) ?? tiledDefaults(needs, device)
    );
  },
  supports(problem, params, device) {
    const forward = tiledSupports(problem, params, device);
    return forward === true ? gradientsFit(problem, params, device) : forward;
  },
  plan(problem, params): Plan {
    const { lse: numRows, output } = attentionSizes(problem);
    const tiles = tiling(problem, params, 1);
    const operands = operandStage(problem);
    const gradients = gradientStage(problem, params, tiles);
    const workspace = (name: string, count: number) => floatBuffer('workspace', name, count);
    return {
      buffers: [
        ...backwardBuffers(problem),
        ...rotatedBuffers(problem),
        workspace('output', output),
        { name: 'rowStats', role: 'workspace', bytes: statsBytes(problem) },
        workspace('rowData', 4 * numRows),
        ...(isTwoTerm(problem) ? [workspace('deltas', numRows)] : []),
        ...operands.buffers,
        ...(problem.sinks === true ? [workspace('sinkTerms', numRows)] : []),
        ...tiles.buffers,
        ...gradients.buffers,
      ],
      passes: [
        ...tiles.passes,
        ...rotatePasses(problem),
        ...statePasses(problem, tiles, { output: 'output', stats: 'rowStats' }),
        ...operands.passes,
        ...(isTwoTerm(problem) ? [deltaPass(problem, params, tiles)] : []),
        rowDataPass(problem),
        ...gradients.passes,
        ...(problem.sinks === true ? [sinksPass(problem)] : []),
      ],
    };
  },
};

/** `true`, or why a device cannot hold the sums of dK and dV. */
function gradientsFit(
  problem: AttentionBackwardProblem,
  params: Params,
  device: DeviceProfile,
): true | string {
  const tile = tileShape(params);
  const perRow = Math.max(tile.cols, 2 * colsPerInvocation(tile, gradientWidth(problem)));
  return tileFits(tile, tile.rows * perRow, gradientBytes(problem, tile), device);
}

function gradientBytes(problem: AttentionBackwardProblem, tile: TileShape): number {
  const { headDim, headDimV, biasShape } = problem;
  if (!stagesWhole(tile, headDim + headDimV)) return outputKernelBytes(tile);
  // A bias that is shared by queries is summed over the rows of a tile.
  const columnParts = biasShape === undefined ? 0 : (tile.blockM / tile.rows) * tile.blockN;
  return wholeStageBytes(tile, headDim, gradientWidth(problem)) + floatBytes(columnParts);
}
