import type { Params, Variant } from '../../../core/variant.ts';
import type { Plan } from '../../../core/plan.ts';
import { tileShape } from '../../../tile/tile-params.ts';
import { onePassPasses, runsInOnePass } from '../passes/one-pass.ts';
import { dataBuffers } from '../passes/buffers.ts';
import { afterGradients, gradientPasses } from '../passes/gradients.ts';
import { lossPasses, setupPasses } from '../passes/lines.ts';
import { chunksWithGradient, chunksAlong } from '../passes/pass.ts';
import { statsPasses } from '../passes/statistics.ts';
import { partsBytes, TILED_PARAMS, tiledDefaults, tiledSupports, workspaceBuffer } from '../passes/tiling.ts';
import type { ContrastiveProblem } from '../problem.ts';

export const tiled: Variant<ContrastiveProblem> = {
  id: 'tiled',
  title: 'Tiled, matrix never stored',
  idea: 'Find the log-sum-exp of every row and column from the same tiles, then compute each tile again for each gradient.',
  params: TILED_PARAMS,
  defaults: tiledDefaults,
  supports: tiledSupports,
  plan: (problem, params) => tiledPlan(problem, params, runsInOnePass(problem)),
};

/** @param fused whether x's gradient comes out of the sweep that finds the statistics: see `runsInOnePass` */
export function tiledPlan(problem: ContrastiveProblem, params: Params, fused: boolean): Plan {
  const { chunkRows = 0 } = params;
  const rowChunks = chunksAlong(problem, 'rows', chunkRows);
  const colChunks = chunksAlong(problem, 'columns', chunkRows);
  const { stats, finish } = fused
    ? onePassPasses(problem, params, rowChunks, colChunks)
    : { stats: statsPasses(problem, tileShape(params), rowChunks, colChunks), finish: [] };
  const passes = [
    ...setupPasses(problem, rowChunks, colChunks),
    ...stats,
    ...lossPasses(problem, rowChunks),
    ...(fused ? finish : gradientPasses(problem, params, 'x', rowChunks, colChunks)),
    ...gradientPasses(problem, params, 'y', chunksWithGradient(problem, colChunks), rowChunks),
    ...afterGradients(problem, rowChunks, colChunks),
  ];
  return {
    buffers: [
      ...dataBuffers(problem, { chunkRows, fused }),
      ...workspaceBuffer('panel', fused ? 0 : partsBytes(problem, tileShape(params), rowChunks, colChunks)),
    ],
    // It shapes the lines, which all passes share.
    passes: passes.map((pass) => ({ ...pass, conditions: { ...pass.conditions, FUSED: fused } })),
  };
}
