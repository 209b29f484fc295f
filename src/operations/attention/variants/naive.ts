import type { Variant } from '../../../core/variant.ts';
import { ceilDiv, floatBuffer, read, readWrite, type Plan } from '../../../core/plan.ts';
import { elementwiseReads, moved } from '../../../core/traffic.ts';
import { attentionPass } from '../passes/pass.ts';
import { operandsOf, rotatedBuffers, rotatePasses } from '../passes/rotate.ts';
import { choiceBuffers, choicePasses } from '../passes/choose.ts';
import { dataBuffers } from '../passes/buffers.ts';
import { restBindings, restBuffers } from '../passes/second-terms.ts';
import { walkedSlots } from '../selected.ts';
import { attentionSizes, groupSize, type AttentionProblem } from '../problem.ts';
import { attentionFlops, visiblePairs } from '../visibility.ts';

const WORKGROUP_SIZE = 64;

export const naive: Variant<AttentionProblem> = {
  id: 'naive',
  title: 'Naive, three passes',
  idea: 'Write all scores to memory, turn each row into probabilities, then multiply by the values.',
  params: [],
  defaults: () => ({}),
  supports: () => true,
  plan(problem): Plan {
    const { headDim, headDimV } = problem;
    const slots = walkedSlots(problem);
    const { lse: numRows, output } = attentionSizes(problem);
    const pairs = numRows * slots;
    const rowsPerHead = groupSize(problem) * problem.seqLenQ;
    const scoreReads = elementwiseReads(rowsPerHead, slots, WORKGROUP_SIZE);
    const outputReads = elementwiseReads(rowsPerHead, headDimV, WORKGROUP_SIZE);
    const share = attentionFlops(problem) / (headDim + headDimV);
    const { query, key } = operandsOf(problem);
    return {
      buffers: [
        ...dataBuffers(problem),
        ...rotatedBuffers(problem),
        ...choiceBuffers(problem),
        floatBuffer('workspace', 'scores', pairs),
        ...restBuffers(problem),
      ],
      passes: [
        ...rotatePasses(problem),
        ...choicePasses(problem),
        attentionPass(problem, {
          label: 'naive scores',
          shader: 'attention/naive_scores',
          constants: { WORKGROUP_SIZE, DEPTH: headDim },
          bindings: [
            ...moved(scoreReads.left, read({ left: query })),
            ...moved(scoreReads.right, read({ right: key })),
            ...readWrite('scores'),
            ...restBindings(problem, 'read-write'),
          ],
          workgroups: ceilDiv(pairs, WORKGROUP_SIZE),
          flops: share * headDim,
        }),
        attentionPass(problem, {
          label: 'naive softmax',
          shader: 'attention/naive_softmax',
          constants: { WORKGROUP_SIZE },
          bindings: [...moved(2, readWrite('scores')), ...readWrite('lse'), ...restBindings(problem, 'read')],
          workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
          flops: 5 * visiblePairs(problem),
        }),
        attentionPass(problem, {
          label: 'naive output',
          shader: 'attention/naive_output',
          constants: { WORKGROUP_SIZE, WIDTH: headDimV },
          bindings: [
            ...moved(outputReads.left, read({ probabilities: 'scores' })),
            ...moved(outputReads.right, read('value')),
            ...readWrite('output'),
          ],
          workgroups: ceilDiv(output, WORKGROUP_SIZE),
          flops: share * headDimV,
        }),
      ],
    };
  },
};
