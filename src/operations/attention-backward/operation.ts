import { attentionBackwardReference, type Gradient } from './reference.ts';
import type { Comparison } from '../../core/comparison.ts';
import { compare } from '../../core/deviation.ts';
import { coverage, pickRows, sampleRows } from '../../core/sample.ts';
import { requireTyped } from '../../core/checks.ts';
import type { Arrays } from '../../core/variant.ts';
import type { Operation } from '../../core/operation.ts';
import { optionInputs, optionValues } from '../../core/option-data.ts';
import { normals } from '../../core/random.ts';
import { attentionTensors, HALF_ROUNDING, inDtype, referenceData, valuesIn } from '../attention/data.ts';
import { attention } from '../attention/operation.ts';
import { attentionSizes, groupSize } from '../attention/problem.ts';
import { attentionModifiers } from '../attention/presets/index.ts';
import { attentionTuningClass } from '../attention/tuning-class.ts';
import { attentionWords } from '../attention/words.ts';
import { usefulBackwardFlops } from '../attention/useful-flops.ts';
import { flash } from './variants/flash.ts';
import { naive } from './variants/naive.ts';
import type { AttentionBackwardArgs, AttentionBackwardResult } from './api.ts';
import { attentionBackwardCall } from './call.ts';
import { attentionBackwardFiles } from './files.ts';
import { attentionBackwardBench } from './cases.ts';
import { attentionBackwardProblem } from './fill-problem.ts';
import type { AttentionBackwardProblem } from './problem.ts';
import { attentionBackwardOptions } from './options.ts';

/** Relative L2 error against float64 that each f32 gradient may have. */
const BOUND = 1e-5;

/**
 * The change of a probability by one rounding of its score, in units of the score. A gradient is made by the rows whose
 * largest scores are close to each other, so where scores are far above 40, no f32 score is good enough for `BOUND`.
 */
const ROUNDINGS = 4 * 2 ** -24;

/**
 * A gradient that cancels to less than this share of its terms is held against that share of them: `BOUND` of it is
 * then about one f32 rounding of the terms.
 */
const CANCELLED = 1e-2;

/** A gradient smaller than this is 0 in f32, or nearly: that of a sink far below the scores, say. */
const VANISHED = 2 ** -100;

export const attentionBackward: Operation<
  AttentionBackwardProblem,
  AttentionBackwardArgs,
  AttentionBackwardResult,
  'attention-backward'
> = {
  id: 'attention-backward',
  title: 'Attention, backward',
  family: 'attention',
  backwardOf: 'attention',
  variants: [naive, flash],
  options: attentionBackwardOptions,
  problem: attentionBackwardProblem,
  example: { seqLenQ: 64 },
  modifiers: attentionModifiers,
  matrixBytes: (problem) => attention.matrixBytes(problem),
  tuningClass: attentionTuningClass,
  words: attentionWords,
  bench: attentionBackwardBench,
  ownData: attentionBackwardFiles,
  call: attentionBackwardCall,
  flops: usefulBackwardFlops,
  inputs(problem, seed) {
    return {
      ...attentionTensors(problem, seed),
      ...optionInputs(attentionBackwardOptions, problem, {}, seed),
      outputGrad: inDtype(problem, normals(attentionSizes(problem).output, seed + 6)),
    };
  },
  verify(problem, inputs, outputs, flopBudget) {
    const { headDim, headDimV, seqLenKV, seqLenQ } = problem;
    const sample = sampleOf(problem, flopBudget);
    const expected = attentionBackwardReference(problem, backwardData(problem, inputs), sample);
    const { heads, rows, keys } = sample;
    const rowsPerHead = groupSize(problem) * seqLenQ;
    const pick = (name: string, width: number, lines: readonly number[], perHead: number) =>
      pickRows(
        valuesIn(outputs, name),
        width,
        heads.flatMap((head) => lines.map((line) => head * perHead + line)),
      );
    const pairs: Comparison[] = [
      {
        ...against(pick('queryGrad', headDim, rows, rowsPerHead), expected.queryGrad),
        output: 'queryGrad',
        width: headDim,
      },
      {
        ...against(pick('keyGrad', headDim, keys, seqLenKV), expected.keyGrad),
        output: 'keyGrad',
        width: headDim,
      },
      {
        ...against(pick('valueGrad', headDimV, keys, seqLenKV), expected.valueGrad),
        output: 'valueGrad',
        width: headDimV,
      },
    ];
    for (const name of ['biasGrad', 'sinksGrad'] as const) {
      const gradient = expected[name];
      if (gradient)
        pairs.push({ ...against(requireTyped(outputs, name, Float32Array), gradient), output: name });
    }
    const total = problem.batch * problem.numKVHeads;
    const words = [
      coverage(rows.length, rowsPerHead),
      ...(heads.length < total ? [`of ${heads.length} heads`] : []),
    ];
    const scores = problem.scorePrecision === 'two-term' ? 0 : ROUNDINGS * expected.peak;
    const rounding = problem.dtype === 'f16' ? HALF_ROUNDING : 0;
    return compare(pairs, Math.max(BOUND, scores) + rounding, words.join(' '));
  },
};

/** The reference walks every pair of a head for its statistics, and does most of its work for what is sampled. */
function sampleOf(problem: AttentionBackwardProblem, flopBudget: number) {
  const { batch, numKVHeads, seqLenQ, seqLenKV, headDim, headDimV } = problem;
  const rowsPerHead = groupSize(problem) * seqLenQ;
  const total = batch * numKVHeads;
  const perHead = 2 * rowsPerHead * seqLenKV * (headDim + headDimV);
  // Gradients that are sums over heads need all of them.
  const summed = problem.biasShape !== undefined || problem.sinks === true;
  const heads = sampleRows(total, summed ? total : flopBudget / (4 * perHead));
  const share = flopBudget / (6 * perHead * heads.length);
  return {
    heads,
    rows: sampleRows(rowsPerHead, Math.max(8, share * rowsPerHead)),
    keys: sampleRows(seqLenKV, Math.max(8, share * seqLenKV)),
  };
}

function backwardData(problem: AttentionBackwardProblem, inputs: Arrays) {
  return {
    ...referenceData(problem, inputs),
    ...optionValues(attentionBackwardOptions, problem, inputs),
    outputGrad: valuesIn(inputs, 'outputGrad'),
  };
}

function against(actual: Float32Array, { value, terms }: Gradient): Comparison {
  return { actual, expected: value, floor: Math.max(CANCELLED * norm(terms), VANISHED) };
}

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
