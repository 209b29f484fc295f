import type { Variant } from '../../../core/variant.ts';
import { ATTENTION_TILE_PARAMS } from '../../../tile/tile-params.ts';
import { forwardDefaults } from '../passes/defaults.ts';
import { oneWalkPlan } from '../passes/one-walk.ts';
import { tiledSupports } from '../passes/tiled.ts';
import { tiling } from '../passes/tiling.ts';
import type { AttentionProblem } from '../problem.ts';

export const flash: Variant<AttentionProblem> = {
  id: 'flash',
  title: 'Flash, one pass',
  idea: 'Walk the keys once, tile by tile, and rescale the running sums whenever a row’s maximum moves.',
  params: ATTENTION_TILE_PARAMS,
  defaults: forwardDefaults,
  supports: tiledSupports,
  plan: (problem, params) =>
    oneWalkPlan(problem, tiling(problem, params, 1), {
      label: 'flash forward',
      shader: 'attention/flash_forward',
    }),
};
