import type { Variant } from '../../../core/variant.ts';
import type { Plan } from '../../../core/plan.ts';
import { dataBuffers } from '../passes/buffers.ts';
import { afterGradients } from '../passes/gradients.ts';
import { lossPasses, setupPasses } from '../passes/lines.ts';
import { chunksAlong } from '../passes/pass.ts';
import {
  needsWeights,
  productsBuffers,
  productsPasses,
  storedGradients,
  storedStats,
} from '../passes/stored.ts';
import type { ContrastiveProblem } from '../problem.ts';

export const naive: Variant<ContrastiveProblem> = {
  id: 'naive',
  title: 'Naive, matrix kept',
  idea: 'Write the whole similarity matrix to memory, then read it for each direction and each gradient.',
  params: [],
  defaults: () => ({}),
  supports: () => true,
  plan(problem): Plan {
    const [rowChunks, colChunks] = [chunksAlong(problem, 'rows', 0), chunksAlong(problem, 'columns', 0)];
    const all = { first: 0, count: problem.numRows };
    return {
      buffers: [...dataBuffers(problem), ...productsBuffers(problem, problem.numRows)],
      passes: [
        ...setupPasses(problem, rowChunks, colChunks),
        ...productsPasses(problem, all),
        ...storedStats(problem, all),
        ...lossPasses(problem, rowChunks),
        ...(needsWeights(problem) ? storedGradients(problem, all) : []),
        ...afterGradients(problem, rowChunks, colChunks),
      ],
    };
  },
};
