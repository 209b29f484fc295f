import { floatBytes } from '../../core/plan.ts';
import type { Operation } from '../../core/operation.ts';
import { normals } from '../../core/random.ts';
import { powerOfTwo, sizeClass } from '../../tile/size-class.ts';
import type { LateArgs, LateResult } from './api.ts';
import { lateBench } from './cases.ts';
import { lateCall } from './call.ts';
import { lateFiles } from './files.ts';
import { lateOptions } from './options.ts';
import { lateFlops, lateProblem, lengthsOf, numRows, type LateProblem } from './problem.ts';
import { naive } from './variants/naive.ts';
import { tiled } from './variants/tiled.ts';
import { verifyLate } from './verify.ts';
import { lateWords } from './words.ts';

/** Late interaction (ColBERT's MaxSim): Σᵢ maxⱼ ⟨qᵢ, dⱼ⟩ of all queries and documents, its in-batch loss, and gradients. */
export const lateInteraction: Operation<LateProblem, LateArgs, LateResult, 'late-interaction'> = {
  id: 'late-interaction',
  title: 'Late interaction',
  family: 'late-interaction',
  variants: [naive, tiled],
  options: lateOptions,
  problem: lateProblem,
  example: { numQueries: 3, queryTokens: 5, documentTokens: 12, embedDim: 8 },
  flops: lateFlops,
  matrixBytes: (problem) => floatBytes(numRows(problem) * problem.numDocuments * problem.documentTokens),
  tuningClass: ({ embedDim, documentTokens, loss, gradients }) => [
    loss ?? 'scores',
    ...(gradients.length === 0 ? [] : [gradients.join(' ')]),
    `embedDim ≤ ${powerOfTwo(embedDim)}`,
    sizeClass(documentTokens),
  ],
  inputs(problem, seed) {
    const { numDocuments, documentTokens, embedDim } = problem;
    return {
      query: unitRows(normals(numRows(problem) * embedDim, seed), embedDim),
      document: unitRows(normals(numDocuments * documentTokens * embedDim, seed + 1), embedDim),
      lengths: lengthsOf(problem),
    };
  },
  verify: verifyLate,
  words: lateWords,
  bench: lateBench,
  ownData: lateFiles,
  call: lateCall,
};

/** Rows of length 1, as encoders of tokens give them. */
function unitRows(values: Float32Array, width: number): Float32Array {
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const length = Math.hypot(...row);
    for (let at = 0; at < width; at++) row[at] = (row[at] ?? NaN) / length;
  }
  return values;
}
