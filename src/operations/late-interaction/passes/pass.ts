import { f32, floatBuffer, typedBuffer, u32, type Pass, type PlanBuffer } from '../../../core/plan.ts';
import { isSymmetric, keepsMatches, numRows, type LateProblem } from '../problem.ts';

/** Invocations of a workgroup that share nothing, or sums. */
export const WORKGROUP_SIZE = 64;

/** A pass with the uniforms that all of them share. */
export function latePass(
  problem: LateProblem,
  given: Omit<Pass, 'uniforms' | 'conditions'> & Partial<Pick<Pass, 'conditions'>>,
): Pass {
  const { numQueries, numDocuments, queryTokens, documentTokens, logitScale, loss } = problem;
  const both = loss !== undefined && isSymmetric(loss);
  return {
    conditions: {},
    ...given,
    bindings: [...given.bindings, { buffer: 'lengths', access: 'read', optional: true }],
    uniforms: [
      u32('num_queries', numQueries),
      u32('num_documents', numDocuments),
      u32('query_tokens', queryTokens),
      u32('document_tokens', documentTokens),
      f32('row_weight', (both ? 0.5 : 1) / numQueries),
      f32('col_weight', 0.5 / numDocuments),
      f32('logit_scale', logitScale),
      f32('negative_infinity', -Infinity),
    ],
  };
}

/** Inputs, outputs, and workspace that all variants share. */
export function lateBuffers(problem: LateProblem): PlanBuffer[] {
  const { numQueries, numDocuments, documentTokens, embedDim, loss, gradients } = problem;
  const rows = numRows(problem);
  const columns = numDocuments * documentTokens;
  const lines = loss === undefined ? 0 : isSymmetric(loss) ? numQueries + numDocuments : numQueries;
  const has = (gradient: LateProblem['gradients'][number]) => gradients.includes(gradient);
  return [
    floatBuffer('input', 'query', rows * embedDim),
    floatBuffer('input', 'document', columns * embedDim),
    typedBuffer('input', 'lengths', 'u32', numQueries + numDocuments),
    floatBuffer('output', 'scores', numQueries * numDocuments),
    floatBuffer('workspace', 'bestDots', rows * numDocuments),
    ...(keepsMatches(problem)
      ? [
          typedBuffer('output', 'bestTokens', 'u32', rows * numDocuments),
          floatBuffer('workspace', 'weights', numQueries * numDocuments),
        ]
      : []),
    ...(lines === 0
      ? []
      : [
          floatBuffer('output', 'loss', 1),
          floatBuffer('workspace', 'lines', 4 * numQueries),
          floatBuffer('workspace', 'lossTerms', lines),
        ]),
    ...(lines > numQueries ? [floatBuffer('workspace', 'colLines', 4 * numDocuments)] : []),
    ...(has('query') ? [floatBuffer('output', 'queryGrad', rows * embedDim)] : []),
    ...(has('document') ? [floatBuffer('output', 'documentGrad', columns * embedDim)] : []),
    ...(has('logitScale')
      ? [floatBuffer('workspace', 'scaleTerms', lines), floatBuffer('output', 'logitScaleGrad', 1)]
      : []),
  ];
}
