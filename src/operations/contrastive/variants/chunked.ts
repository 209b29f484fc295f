import { ceilDiv, type Plan } from '../../../core/plan.ts';
import type { Variant } from '../../../core/variant.ts';
import { dataBuffers } from '../passes/buffers.ts';
import { afterGradients } from '../passes/gradients.ts';
import { lossPasses, setupPasses } from '../passes/lines.ts';
import { chunksAlong, type Panel } from '../passes/pass.ts';
import { hasStats } from '../passes/statistics.ts';
import {
  needsWeights,
  productsBuffers,
  productsPasses,
  storedGradients,
  storedStats,
} from '../passes/stored.ts';
import type { ContrastiveProblem } from '../problem.ts';

/** Rows whose logits are kept at a time, and the most logits, unless the caller says otherwise: 128 MiB suit every device. */
const LOGIT_ROWS = 1024;
const LOGITS = 2 ** 25;

export const chunked: Variant<ContrastiveProblem> = {
  id: 'chunked',
  title: 'Chunked, logits of some rows kept',
  idea: 'Write the logits of some rows at a time to memory, as training code does, and make them again for the gradients.',
  params: [
    {
      name: 'logitRows',
      about: 'rows whose logits with all columns are kept at a time',
      choices: [64, 256, 1024, 4096],
    },
  ],
  // A quarter of a small problem, so that it is cut at any size.
  defaults: ({ numRows, numCols }) => ({
    logitRows: Math.max(1, Math.min(LOGIT_ROWS, ceilDiv(numRows, 4), Math.floor(LOGITS / numCols))),
  }),
  supports: (_problem, { logitRows = 0 }) =>
    (Number.isInteger(logitRows) && logitRows >= 1) ||
    `logitRows must be a whole number from 1 up, not ${logitRows}`,
  plan(problem, { logitRows = 1 }): Plan {
    const [rowChunks, colChunks] = [chunksAlong(problem, 'rows', 0), chunksAlong(problem, 'columns', 0)];
    const slices = Array.from({ length: ceilDiv(problem.numRows, logitRows) }, (_, at): Panel => {
      const first = at * logitRows;
      return { first, count: Math.min(logitRows, problem.numRows - first) };
    });
    const kept = slices.length === 1 && hasStats(problem);
    return {
      buffers: [...dataBuffers(problem), ...productsBuffers(problem, Math.min(logitRows, problem.numRows))],
      passes: [
        ...setupPasses(problem, rowChunks, colChunks),
        ...(hasStats(problem)
          ? slices.flatMap((rows) => [...productsPasses(problem, rows), ...storedStats(problem, rows)])
          : []),
        ...lossPasses(problem, rowChunks),
        ...(needsWeights(problem)
          ? slices.flatMap((rows) => [
              ...(kept ? [] : productsPasses(problem, rows)),
              ...storedGradients(problem, rows),
            ])
          : []),
        ...afterGradients(problem, rowChunks, colChunks),
      ],
    };
  },
};
