import type { Operation } from '../../core/operation.ts';
import { optionInputs } from '../../core/option-data.ts';
import { chunked } from './variants/chunked.ts';
import { matrix } from './variants/matrix.ts';
import { naive } from './variants/naive.ts';
import { panelled } from './variants/panelled.ts';
import { floatBytes } from '../../core/plan.ts';
import type { ContrastiveArgs, ContrastiveResult } from './api.ts';
import { contrastiveCall } from './call.ts';
import { contrastiveBench } from './cases.ts';
import { storedEmbeddings } from './embeddings.ts';
import { contrastiveFiles } from './files.ts';
import { contrastiveProblem } from './fill-problem.ts';
import { overPrefixes, prefixInputs } from './prefixes.ts';
import { contrastiveFlops, type ContrastiveProblem } from './problem.ts';
import { contrastiveTuningClass } from './tuning-class.ts';
import { contrastiveWords } from './words.ts';
import { tiled } from './variants/tiled.ts';
import { verifyContrastive } from './verify.ts';
import { contrastiveOptions } from './options/index.ts';

export const contrastive: Operation<ContrastiveProblem, ContrastiveArgs, ContrastiveResult, 'contrastive'> = {
  id: 'contrastive',
  title: 'Contrastive loss, with gradients',
  family: 'contrastive',
  variants: [naive, chunked, tiled, panelled, matrix].map(overPrefixes),
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
  inputs: (problem, seed) =>
    prefixInputs(problem, {
      x: storedEmbeddings(problem, problem.numRows, seed),
      ...(problem.oneTensor === true ? {} : { y: storedEmbeddings(problem, problem.numCols, seed + 1) }),
      ...optionInputs(contrastiveOptions, problem, {}, seed),
    }),
  verify: verifyContrastive,
};
