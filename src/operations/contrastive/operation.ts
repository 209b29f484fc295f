import type { Operation } from '../../core/operation.ts';
import type { Arrays } from '../../core/variant.ts';
import { normals, uniformStream } from '../../core/random.ts';
import { lineInputs } from './lines.ts';
import { lossOf } from './losses/index.ts';
import { naive } from './variants/naive.ts';
import { panelled } from './variants/panelled.ts';
import { floatBytes } from '../../core/plan.ts';
import type { ContrastiveArgs, ContrastiveResult } from './api.ts';
import { contrastiveCall } from './call.ts';
import { contrastiveBench } from './cases.ts';
import { contrastiveFiles } from './files.ts';
import { contrastiveProblem } from './fill-problem.ts';
import { contrastiveFlops, numOwnCols, type ContrastiveProblem } from './problem.ts';
import { contrastiveTuningClass } from './tuning-class.ts';
import { contrastiveWords } from './words.ts';
import { tiled } from './variants/tiled.ts';
import { verifyContrastive } from './verify.ts';
import { contrastiveOptions } from './options/index.ts';

export const contrastive: Operation<ContrastiveProblem, ContrastiveArgs, ContrastiveResult, 'contrastive'> = {
  id: 'contrastive',
  title: 'Contrastive loss, with gradients',
  family: 'contrastive',
  variants: [naive, tiled, panelled],
  options: contrastiveOptions,
  problem: contrastiveProblem,
  example: { numRows: 64 },
  matrixBytes: ({ numRows, numCols }) => floatBytes(numRows * numCols),
  tuningClass: contrastiveTuningClass,
  words: contrastiveWords,
  bench: contrastiveBench,
  // Prefixes are cut and summed up on the host.
  needsValues: ({ prefixDims }) => prefixDims !== undefined,
  ownData: contrastiveFiles,
  call: contrastiveCall,
  flops: contrastiveFlops,
  inputs: (problem, seed) => ({
    x: embeddings(problem, problem.numRows, seed),
    ...(problem.oneTensor === true ? {} : { y: embeddings(problem, problem.numCols, seed + 1) }),
    ...(problem.rowNegatives !== undefined && {
      rowNegatives: embeddings(problem, problem.numRows * problem.rowNegatives, seed + 3),
    }),
    ...randomLines(problem, seed + 2),
  }),
  verify: verifyContrastive,
};

/** Rows of length 1, as embeddings are, unless that is the loss's own business. */
function embeddings({ embedDim, normalize }: ContrastiveProblem, count: number, seed: number): Float32Array {
  const data = normals(count * embedDim, seed);
  return normalize === true ? data : unitRows(data, embedDim);
}

/** Scales rows to length 1. */
function unitRows(data: Float32Array, width: number): Float32Array {
  for (let start = 0; start < data.length; start += width) {
    const row = data.subarray(start, start + width);
    const length = Math.hypot(...row);
    row.forEach((value, at) => {
      row[at] = value / length;
    });
  }
  return data;
}

/** Labels anywhere, small classes some of which have one member, every other id twice, scales within a factor of 3. */
function randomLines(problem: ContrastiveProblem, seed: number): Arrays {
  const { numRows, numCols, oneTensor, loss, labels, ids, rowScales, logitScale } = problem;
  const classes = lossOf(loss).labels === 'classes';
  const uniform = uniformStream(seed);
  const below = (count: number, values: number) =>
    Array.from({ length: count }, () => Math.floor(values * uniform()));
  return lineInputs(problem, {
    ...((classes || labels === true) && {
      labels: below(numRows, classes ? Math.ceil(numRows / 3) : numOwnCols(problem)),
    }),
    ...(ids === true && { ids: below(oneTensor === true ? numRows : numCols, numCols) }),
    ...(rowScales === true && {
      scales: Array.from({ length: numRows }, () => logitScale * (0.5 + uniform())),
    }),
  });
}
