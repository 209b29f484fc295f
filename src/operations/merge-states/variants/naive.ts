import { floatBuffer } from '../../../core/plan.ts';
import type { Variant } from '../../../core/variant.ts';
import { mergePass } from '../../attention/passes/merge.ts';
import { stateSize, type MergeStatesProblem } from '../problem.ts';

export const naive: Variant<MergeStatesProblem> = {
  id: 'naive',
  title: 'One invocation an element',
  idea: 'Each element of the output walks all states twice: for the largest lse, then for the weighted sum.',
  params: [],
  defaults: () => ({}),
  supports: () => true,
  plan(problem) {
    const { numStates, numRows } = problem;
    return {
      buffers: [
        floatBuffer('input', 'outputs', numStates * stateSize(problem)),
        floatBuffer('input', 'lses', numStates * numRows),
        floatBuffer('output', 'output', stateSize(problem)),
        floatBuffer('output', 'lse', numRows),
      ],
      passes: [mergePass(problem, { outputs: 'outputs', lses: 'lses' })],
    };
  },
};
