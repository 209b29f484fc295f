import type { Variant } from '../operation.ts';
import { ceilDiv, floatBytes, read, readWrite, type Pass, type Plan } from '../plan.ts';
import { contrastivePass, dataBuffers, sumPass } from './passes.ts';
import { similarityFlops, type ContrastiveProblem } from './problem.ts';

const WORKGROUP_SIZE = 64;

export const naive: Variant<ContrastiveProblem> = {
  id: 'naive',
  title: 'Naive, matrix kept',
  idea: 'Write the whole similarity matrix to memory, then read it for each direction and each gradient.',
  params: [],
  defaults: () => ({}),
  supports: (problem) => (problem.logitScale === 0 ? 'divides by logitScale, which is 0' : true),
  plan(problem): Plan {
    const { numRows, numCols, embedDim, gradients } = problem;
    const wanted = gradients.length > 0;
    return {
      buffers: [
        ...dataBuffers(problem),
        { name: 'logits', role: 'workspace', bytes: floatBytes(numRows * numCols) },
        { name: 'rowStats', role: 'workspace', bytes: floatBytes(2 * numRows) },
        { name: 'colStats', role: 'workspace', bytes: floatBytes(2 * numCols) },
        { name: 'lossTerms', role: 'workspace', bytes: floatBytes(numRows) },
        ...(wanted ? [{ name: 'scaleTerms', role: 'workspace', bytes: floatBytes(numRows) } as const] : []),
      ],
      passes: [
        contrastivePass(problem, {
          label: 'naive logits',
          shader: 'contrastive/naive_logits',
          constants: { WORKGROUP_SIZE, DEPTH: embedDim },
          bindings: [...read('x', 'y'), ...readWrite('logits')],
          workgroups: ceilDiv(numRows * numCols, WORKGROUP_SIZE),
          flops: similarityFlops(problem),
        }),
        lsePass(problem, 'rows'),
        lsePass(problem, 'columns'),
        sumPass('lossTerms', 'loss', numRows),
        ...(wanted ? [gradientMatrixPass(problem)] : []),
        ...(gradients.includes('x') ? [gradientPass(problem, 'x')] : []),
        ...(gradients.includes('y') ? [gradientPass(problem, 'y')] : []),
        ...(gradients.includes('logitScale') ? [sumPass('scaleTerms', 'logitScaleGrad', numRows)] : []),
      ],
    };
  },
};

function lsePass(problem: ContrastiveProblem, along: 'rows' | 'columns'): Pass {
  const { numRows, numCols } = problem;
  const byColumn = along === 'columns';
  return contrastivePass(problem, {
    label: `naive lse of ${along}`,
    shader: 'contrastive/naive_lse',
    conditions: { BY_COLUMN: byColumn },
    constants: { WORKGROUP_SIZE },
    bindings: [
      ...read('logits'),
      ...readWrite(...(byColumn ? ['colLse', 'colStats'] : ['rowLse', 'rowStats']), 'lossTerms'),
    ],
    workgroups: ceilDiv(byColumn ? numCols : numRows, WORKGROUP_SIZE),
    flops: 4 * numRows * numCols,
  });
}

function gradientMatrixPass(problem: ContrastiveProblem): Pass {
  return contrastivePass(problem, {
    label: 'naive gradient matrix',
    shader: 'contrastive/naive_gradient_matrix',
    constants: { WORKGROUP_SIZE },
    bindings: [...read('rowStats', 'colStats'), ...readWrite('logits', 'scaleTerms')],
    workgroups: ceilDiv(problem.numRows, WORKGROUP_SIZE),
    flops: 8 * problem.numRows * problem.numCols,
  });
}

function gradientPass(problem: ContrastiveProblem, of: 'x' | 'y'): Pass {
  const lines = of === 'x' ? problem.numRows : problem.numCols;
  return contrastivePass(problem, {
    label: `naive ${of}Grad`,
    shader: 'contrastive/naive_gradient',
    conditions: { BY_COLUMN: of === 'y' },
    constants: { WORKGROUP_SIZE, DEPTH: problem.embedDim },
    bindings: [...read('logits', of === 'x' ? 'y' : 'x'), ...readWrite(`${of}Grad`)],
    workgroups: ceilDiv(lines * problem.embedDim, WORKGROUP_SIZE),
    flops: similarityFlops(problem),
  });
}
