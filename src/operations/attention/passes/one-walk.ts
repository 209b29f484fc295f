import { read, readWrite, type Pass, type Plan } from '../../../core/plan.ts';
import { moved } from '../../../core/traffic.ts';
import type { AttentionProblem } from '../problem.ts';
import { attentionFlops } from '../visibility.ts';
import { dataBuffers } from './buffers.ts';
import { choiceBuffers, choicePasses } from './choose.ts';
import { mendPass } from './mend.ts';
import { attentionPass } from './pass.ts';
import { operandsOf, rotatedBuffers, rotatePasses } from './rotate.ts';
import type { Tiling } from './tiling.ts';

/** The plan of a kernel that walks the keys once, and leaves output and lse. */
export function oneWalkPlan(
  problem: AttentionProblem,
  { buffers, passes, pass, bindings, tiles, keyReads }: Tiling,
  kernel: Pick<Pass, 'label' | 'shader'> & Partial<Pick<Pass, 'uniforms'>>,
): Plan {
  const { query, key } = operandsOf(problem);
  return {
    buffers: [...dataBuffers(problem), ...rotatedBuffers(problem), ...choiceBuffers(problem), ...buffers],
    passes: [
      ...passes,
      ...rotatePasses(problem),
      ...choicePasses(problem),
      attentionPass(problem, {
        ...pass,
        ...kernel,
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
}
