import { floatsOf, singleCall } from '../../core/call.ts';
import { requireArray, requireTyped } from '../../core/checks.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import type { Call } from '../../core/operation.ts';
import { argumentsOf, readArguments } from '../../core/option-table.ts';
import { requireShape, requireTensor } from '../../core/tensor.ts';
import type { LateArgs, LateResult } from './api.ts';
import { lateOptions } from './options.ts';
import { lateProblem, lengthsOf, type LateProblem } from './problem.ts';

const ARGUMENTS = [
  ...argumentNames<Pick<LateArgs, 'query' | 'document'>>({ query: true, document: true }),
  ...argumentsOf(lateOptions),
];

/** Checks the arguments of `lab.lateInteraction`. @throws ShapeError naming the argument, UnsupportedError */
export function lateCall(args: LateArgs): Call<LateProblem, LateResult> {
  requireKnown(args, ARGUMENTS, { queries: 'query', documents: 'document', temperature: 'logitScale' });
  const query = requireTensor('query', args.query, 3);
  const document = requireTensor('document', args.document, 3);
  const [numQueries = 0, queryTokens = 0, embedDim = 0] = query.shape;
  const [numDocuments = 0, documentTokens = 0] = document.shape;
  requireShape('document', document, [numDocuments, documentTokens, embedDim]);
  const extents = lateProblem({ numQueries, numDocuments, queryTokens, documentTokens, embedDim });
  const { fields } = readArguments(lateOptions, { ...args }, extents);
  const problem = lateProblem({ ...extents, ...fields });
  const { gradients } = problem;
  const inputs = { query: query.data, document: document.data, lengths: lengthsOf(problem) };
  const readBack = ['loss', 'logitScaleGrad'];
  return singleCall({ problem, inputs, readBack }, ({ outputs, run }) => {
    const numberOf = (name: string): number => requireArray(outputs, name)[0] ?? NaN;
    return {
      scores: floatsOf([numQueries, numDocuments], outputs, 'scores'),
      ...(problem.loss !== undefined && { loss: numberOf('loss') }),
      ...(gradients.includes('query') && { queryGrad: floatsOf(query.shape, outputs, 'queryGrad') }),
      ...(gradients.includes('document') && {
        documentGrad: floatsOf(document.shape, outputs, 'documentGrad'),
      }),
      ...(gradients.includes('logitScale') && { logitScaleGrad: numberOf('logitScaleGrad') }),
      ...('bestTokens' in outputs && {
        bestTokens: {
          ...{ shape: [numDocuments, numQueries, queryTokens], dtype: 'u32' },
          data: requireTyped(outputs, 'bestTokens', Uint32Array),
        },
      }),
      run,
    };
  });
}
