import type { Variant } from '../operation.ts';
import { floatBytes, read, readWrite, type Plan } from '../plan.ts';
import { TILE_PARAMS } from '../tile-params.ts';
import { attentionPass, dataBuffers, forwardDefaults, tiledPass, tiledSupports } from './passes.ts';
import { attentionSizes, type AttentionProblem } from './problem.ts';
import { attentionFlops, visiblePairs } from './visibility.ts';

export const twoPass: Variant<AttentionProblem> = {
  id: 'two-pass',
  title: 'Tiled, two passes',
  idea: 'Find every row’s log-sum-exp first, then compute the scores again, tile by tile, to weigh the values.',
  params: TILE_PARAMS,
  defaults: forwardDefaults,
  supports: tiledSupports,
  plan(problem, params): Plan {
    const scores = 2 * visiblePairs(problem) * problem.headDim;
    return {
      buffers: [
        ...dataBuffers(problem),
        { name: 'rowStats', role: 'workspace', bytes: floatBytes(2 * attentionSizes(problem).lse) },
      ],
      passes: [
        attentionPass(problem, {
          ...tiledPass(problem, params),
          label: 'two-pass stats',
          shader: 'attention/two_pass_stats',
          bindings: [...read('query', 'key'), ...readWrite('rowStats', 'lse')],
          flops: scores,
        }),
        attentionPass(problem, {
          ...tiledPass(problem, params),
          label: 'two-pass output',
          shader: 'attention/two_pass_output',
          bindings: [...read('query', 'key', 'value', 'rowStats'), ...readWrite('output')],
          flops: attentionFlops(problem),
        }),
      ],
    };
  },
};
