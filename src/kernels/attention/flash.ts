import type { Variant } from '../operation.ts';
import { read, readWrite, type Plan } from '../plan.ts';
import { TILE_PARAMS } from '../tile-params.ts';
import { attentionPass, dataBuffers, forwardDefaults, tiledPass, tiledSupports } from './passes.ts';
import { type AttentionProblem } from './problem.ts';
import { attentionFlops } from './visibility.ts';

export const flash: Variant<AttentionProblem> = {
  id: 'flash',
  title: 'Flash, one pass',
  idea: 'Walk the keys once, tile by tile, and rescale the running sums whenever a row’s maximum moves.',
  params: TILE_PARAMS,
  defaults: forwardDefaults,
  supports: tiledSupports,
  plan(problem, params): Plan {
    return {
      buffers: dataBuffers(problem),
      passes: [
        attentionPass(problem, {
          ...tiledPass(problem, params),
          label: 'flash forward',
          shader: 'attention/flash_forward',
          bindings: [...read('query', 'key', 'value'), ...readWrite('output', 'lse')],
          flops: attentionFlops(problem),
        }),
      ],
    };
  },
};
