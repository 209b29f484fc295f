import { floatBytes } from '../../core/plan.ts';
import type { Operation } from '../../core/operation.ts';
import { powerOfTwo, sizeClass } from '../../tile/size-class.ts';
import type { RetrieveArgs, RetrieveResult } from './api.ts';
import { packs, retrieveCall } from './call.ts';
import { retrieveBench } from './cases.ts';
import { retrieveFiles } from './files.ts';
import { seededInputs } from './inputs.ts';
import { retrieveOptions } from './options.ts';
import { retrieveFlops, retrieveProblem, type RetrieveProblem } from './problem.ts';
import { naive } from './variants/naive.ts';
import { tiled } from './variants/tiled.ts';
import { verifyRetrieve } from './verify.ts';
import { retrieveWords } from './words.ts';

/** Search: the k documents with the largest inner products, for each query. */
export const retrieve: Operation<RetrieveProblem, RetrieveArgs, RetrieveResult, 'retrieve'> = {
  id: 'retrieve',
  title: 'Nearest documents',
  family: 'retrieve',
  variants: [naive, tiled],
  options: retrieveOptions,
  problem: retrieveProblem,
  example: { numQueries: 8, numDocuments: 64, embedDim: 8 },
  flops: retrieveFlops,
  matrixBytes: ({ numQueries, numDocuments }) => floatBytes(numQueries * numDocuments),
  tuningClass: ({ numQueries, numDocuments, embedDim, storage }) => [
    storage,
    `queries ≤ ${Math.min(64, powerOfTwo(numQueries))}`,
    `embedDim ≤ ${powerOfTwo(embedDim)}`,
    sizeClass(numDocuments),
  ],
  inputs: seededInputs,
  verify: verifyRetrieve,
  words: retrieveWords,
  bench: retrieveBench,
  ownData: retrieveFiles,
  // Documents are packed on the host.
  needsValues: packs,
  call: retrieveCall,
};
