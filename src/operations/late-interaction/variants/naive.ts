import { ceilDiv, floatBuffer, read, readWrite, u32, type Pass } from '../../../core/plan.ts';
import type { Variant } from '../../../core/variant.ts';
import { elementwiseReads, moved } from '../../../core/traffic.ts';
import { ALONE, tileSpec } from '../../../tile/tile-params.ts';
import { queryGradientPasses } from '../passes/gradients.ts';
import { lossPasses } from '../passes/loss.ts';
import { lateBuffers, latePass, WORKGROUP_SIZE } from '../passes/pass.ts';
import { scoresPass } from '../passes/scores.ts';
import { keepsMatches, numRows, productFlops, type LateProblem } from '../problem.ts';

export const naive: Variant<LateProblem> = {
  id: 'naive',
  title: 'Naive, products kept',
  idea: 'Write the dot products of all tokens to memory, then find the largest of each query token and document.',
  params: [],
  defaults: () => ({}),
  supports: () => true,
  plan(problem) {
    const { numDocuments, documentTokens, embedDim } = problem;
    const [rows, columns] = [numRows(problem), numDocuments * documentTokens];
    const reads = elementwiseReads(rows, columns, ALONE.blockN);
    return {
      buffers: [...lateBuffers(problem), floatBuffer('workspace', 'products', rows * columns)],
      passes: [
        {
          label: 'naive products',
          shader: 'matmul/tiled',
          ...tileSpec(ALONE, embedDim),
          uniforms: [u32('num_rows', rows), u32('num_cols', columns)],
          bindings: [
            ...moved(reads.left, read({ left: 'query' })),
            ...moved(reads.right, read({ right: 'document' })),
            ...readWrite({ product: 'products' }),
          ],
          workgroups: rows * ceilDiv(columns, ALONE.blockN),
          flops: productFlops(problem),
        },
        latePass(problem, {
          label: 'naive best tokens',
          shader: 'late/naive_best',
          conditions: { MATCHED: keepsMatches(problem) },
          constants: { WORKGROUP_SIZE },
          bindings: [
            ...read('products'),
            ...readWrite('bestDots', ...(keepsMatches(problem) ? ['bestTokens'] : [])),
          ],
          workgroups: ceilDiv(rows * numDocuments, WORKGROUP_SIZE),
          flops: rows * columns,
        }),
        scoresPass(problem),
        ...lossPasses(problem),
        ...queryGradientPasses(problem),
        ...documentGradientPass(problem),
      ],
    };
  },
};

function documentGradientPass(problem: LateProblem): Pass[] {
  const { numDocuments, documentTokens, embedDim, gradients } = problem;
  if (!gradients.includes('document')) return [];
  const elements = numDocuments * documentTokens * embedDim;
  return [
    latePass(problem, {
      label: 'naive documentGrad',
      shader: 'late/naive_document_gradient',
      constants: { WORKGROUP_SIZE, DEPTH: embedDim },
      bindings: [...read('weights', 'bestTokens', 'query'), ...readWrite('documentGrad')],
      workgroups: ceilDiv(elements, WORKGROUP_SIZE),
      flops: elements * numRows(problem),
    }),
  ];
}
