import type { Variant } from '../../../core/variant.ts';
import { read, readWrite, type Plan } from '../../../core/plan.ts';
import { ATTENTION_TILE_PARAMS } from '../../../tile/tile-params.ts';
import { moved } from '../../../core/traffic.ts';
import { attentionPass } from '../passes/pass.ts';
import { operandsOf, rotatedBuffers, rotatePasses } from '../passes/rotate.ts';
import { choiceBuffers, choicePasses } from '../passes/choose.ts';
import { dataBuffers, statsBytes } from '../passes/buffers.ts';
import { forwardDefaults } from '../passes/defaults.ts';
import { mendPass } from '../passes/mend.ts';
import { tiledSupports } from '../passes/tiled.ts';
import type { AttentionProblem } from '../problem.ts';
import { tiling } from '../passes/tiling.ts';
import { attentionFlops, visiblePairs } from '../visibility.ts';

export const twoPass: Variant<AttentionProblem> = {
  id: 'two-pass',
  title: 'Tiled, two passes',
  idea: 'Find every row’s log-sum-exp first, then compute the scores again, tile by tile, to weigh the values.',
  params: ATTENTION_TILE_PARAMS,
  defaults: forwardDefaults,
  supports: tiledSupports,
  plan(problem, params): Plan {
    const scores = 2 * visiblePairs(problem) * problem.headDim;
    const { buffers, passes, pass, bindings, tiles, keyReads } = tiling(problem, params, 2);
    const { query, key } = operandsOf(problem);
    return {
      buffers: [
        ...dataBuffers(problem),
        ...rotatedBuffers(problem),
        ...choiceBuffers(problem),
        ...buffers,
        { name: 'rowStats', role: 'workspace', bytes: statsBytes(problem) },
      ],
      passes: [
        ...passes,
        ...rotatePasses(problem),
        ...choicePasses(problem),
        attentionPass(problem, {
          ...pass,
          label: 'two-pass stats',
          shader: 'attention/two_pass_stats',
          bindings: [
            ...read({ left: query }),
            ...moved(keyReads, read({ right: key })),
            ...readWrite('rowStats', 'lse'),
            ...bindings,
          ],
          flops: scores,
        }),
        attentionPass(problem, {
          ...pass,
          label: 'two-pass output',
          shader: 'attention/two_pass_output',
          bindings: [
            ...read({ left: query }),
            ...moved(keyReads, read({ right: key, values: 'value' })),
            ...read('rowStats'),
            ...readWrite('output'),
            ...bindings,
          ],
          flops: attentionFlops(problem),
        }),
        mendPass(problem),
      ],
      tiles,
    };
  },
};
