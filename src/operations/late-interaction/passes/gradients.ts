import { ceilDiv, read, readWrite, typedBuffer, type Pass, type PlanBuffer } from '../../../core/plan.ts';
import { numRows, type LateProblem } from '../problem.ts';
import { latePass, WORKGROUP_SIZE } from './pass.ts';

/** The gradient of the queries, gathered from the tokens that are nearest to theirs. */
export const queryGradientPasses = (problem: LateProblem): Pass[] =>
  problem.gradients.includes('query')
    ? [
        latePass(problem, {
          label: 'queryGrad',
          shader: 'late/query_gradient',
          constants: { WORKGROUP_SIZE, DEPTH: problem.embedDim },
          bindings: [...read('weights', 'bestTokens', 'document'), ...readWrite('queryGrad')],
          workgroups: ceilDiv(numRows(problem) * problem.embedDim, WORKGROUP_SIZE),
          flops: 2 * numRows(problem) * problem.numDocuments * problem.embedDim,
        }),
      ]
    : [];

/** The gradient of the documents, by lists of the query tokens that are nearest to each of theirs. */
export function documentGradientPasses(problem: LateProblem): Pass[] {
  const { numDocuments, documentTokens, embedDim, gradients } = problem;
  if (!gradients.includes('document')) return [];
  return [
    latePass(problem, {
      label: 'sort matches',
      shader: 'late/sort_matches',
      constants: { WORKGROUP_SIZE },
      bindings: [...read('bestTokens'), ...readWrite('listStarts', 'matches')],
      workgroups: numDocuments,
      flops: 2 * numDocuments * documentTokens * numRows(problem),
    }),
    latePass(problem, {
      label: 'documentGrad',
      shader: 'late/document_gradient',
      constants: { WORKGROUP_SIZE, DEPTH: embedDim },
      bindings: [...read('weights', 'listStarts', 'matches', 'query'), ...readWrite('documentGrad')],
      workgroups: ceilDiv(numDocuments * documentTokens * embedDim, WORKGROUP_SIZE),
      flops: 2 * numRows(problem) * numDocuments * embedDim,
    }),
  ];
}

/** Workspace of these lists. */
export const matchBuffers = (problem: LateProblem): PlanBuffer[] =>
  problem.gradients.includes('document')
    ? [
        typedBuffer('workspace', 'listStarts', 'u32', problem.numDocuments * (problem.documentTokens + 1)),
        typedBuffer('workspace', 'matches', 'u32', problem.numDocuments * numRows(problem)),
      ]
    : [];
