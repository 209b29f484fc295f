import type { Variant } from '../../../core/variant.ts';
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
  plan(problem, params): Plan {
    const { chunkRows = 0 } = params;
    const rows = chunksAlong(problem, 'rows', chunkRows);
    const cols = chunksAlong(problem, 'columns', chunkRows);
    const fused = runsInOnePass(problem);
    const { stats, finish } = fused
      ? onePassPasses(problem, params, rows, cols)
      : { stats: statsPasses(problem, tileShape(params), rows, cols), finish: [] };
    const passes = [
      ...setupPasses(problem, rows, cols),
      ...stats,
      ...lossPasses(problem, rows),
      ...(fused ? finish : gradientPasses(problem, params, 'x', rows, cols)),
      ...gradientPasses(problem, params, 'y', chunksWithGradient(problem, cols), rows),
      ...afterGradients(problem, rows, cols),
    ];
    return {
      buffers: [
        ...dataBuffers(problem, { chunkRows, fused }),
        ...workspaceBuffer('panel', fused ? 0 : partsBytes(problem, tileShape(params), rows, cols)),
      ],
      // It shapes the lines, which all passes share.
      passes: passes.map((pass) => ({ ...pass, conditions: { ...pass.conditions, FUSED: fused } })),
    };
  },
};
