import { floatsOf, singleCall } from '../../core/call.ts';
import { requireTyped } from '../../core/checks.ts';
import { isDeviceTensor } from '../../core/device-tensor.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import type { Call } from '../../core/operation.ts';
import { requireShape, requireTensor } from '../../core/tensor.ts';
import type { RetrieveArgs, RetrieveResult } from './api.ts';
import { retrieveInputs } from './inputs.ts';
import { retrieveProblem, type RetrieveProblem } from './problem.ts';
import { rowBytes } from './storage.ts';

const ARGUMENTS = argumentNames<RetrieveArgs>({
  query: true,
  document: true,
  k: true,
  storage: true,
  rerank: true,
});

/** Whether documents are packed, which the host does. */
export const packs = ({ storage = 'f32' }: Pick<RetrieveArgs, 'storage'>): boolean => storage !== 'f32';

/**
 * Checks the arguments of `lab.retrieve`, and packs what is stored in fewer bits.
 * @throws ShapeError naming the argument, UnsupportedError
 */
export function retrieveCall(args: RetrieveArgs): Call<RetrieveProblem, RetrieveResult> {
  requireKnown(args, ARGUMENTS, { topK: 'k', documents: 'document', queries: 'query' });
  const query = requireTensor('query', args.query, 2);
  const document = requireTensor('document', args.document, 2);
  const [numQueries = 0, embedDim = 0] = query.shape;
  const [numDocuments = 0] = document.shape;
  requireShape('document', document, [numDocuments, embedDim]);
  const { k, storage, rerank } = args;
  const problem = retrieveProblem({
    ...{ numQueries, numDocuments, embedDim },
    ...(k !== undefined && { k }),
    ...(storage !== undefined && { storage }),
    ...(rerank !== undefined && { rerank }),
  });
  const given = { query: query.data, document: document.data };
  const inputs =
    isDeviceTensor(given.query) || isDeviceTensor(given.document)
      ? given
      : retrieveInputs(problem, given.query, given.document);
  const shape = [numQueries, problem.k];
  return singleCall({ problem, inputs }, ({ outputs, run }) => ({
    indices: { shape, dtype: 'u32', data: requireTyped(outputs, 'indices', Uint32Array) },
    scores: floatsOf(shape, outputs, 'scores'),
    bytesPerRow: rowBytes(problem.storage, embedDim),
    run,
  }));
}
