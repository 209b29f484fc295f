import type { Variant } from '../../../core/variant.ts';
import { read, readWrite, type Plan } from '../../../core/plan.ts';
import { moved } from '../../../core/traffic.ts';
import { ATTENTION_TILE_PARAMS } from '../../../tile/tile-params.ts';
import { attentionPass } from '../passes/pass.ts';
import { operandsOf, rotatedBuffers, rotatePasses } from '../passes/rotate.ts';
import { choiceBuffers, choicePasses } from '../passes/choose.ts';
import { dataBuffers } from '../passes/buffers.ts';
import { forwardDefaults } from '../passes/defaults.ts';
import { mendPass } from '../passes/mend.ts';
import { tiledSupports } from '../passes/tiled.ts';
import { type AttentionProblem } from '../problem.ts';
import { tiling } from '../passes/tiling.ts';
import { attentionFlops } from '../visibility.ts';

export const flash: Variant<AttentionProblem> = {
  id: 'flash',
  title: 'Flash, one pass',
  idea: 'Walk the keys once, tile by tile, and rescale the running sums whenever a row’s maximum moves.',
  params: ATTENTION_TILE_PARAMS,
  defaults: forwardDefaults,
  supports: tiledSupports,
  plan(problem, params): Plan {
    const { buffers, passes, pass, bindings, tiles, keyReads } = tiling(problem, params, 1);
    const { query, key } = operandsOf(problem);
    return {
      buffers: [...dataBuffers(problem), ...rotatedBuffers(problem), ...choiceBuffers(problem), ...buffers],
      passes: [
        ...passes,
        ...rotatePasses(problem),
        ...choicePasses(problem),
        attentionPass(problem, {
          ...pass,
          label: 'flash forward',
          shader: 'attention/flash_forward',
          bindings: [
            ...read({ left: query }),
            ...moved(keyReads, read({ right: key, values: 'value' })),
            ...readWrite('output', 'lse'),
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
