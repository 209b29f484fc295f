import type { AttentionProblem } from '../attention/problem.ts';
import { groupSize } from '../attention/problem.ts';
import { sizeOf } from '../../core/tensor.ts';
import {
  broadcastElement,
  placeOf,
  scoreBeforeMod,
  scoresOfRow,
  type AttentionData,
  type Numbers,
  type ScoreMod,
} from '../attention/reference.ts';

/** The data of a backward problem. */
export interface AttentionBackwardData extends AttentionData {
  readonly outputGrad: Numbers;
  readonly lseGrad?: Numbers | undefined;
  /** The slope of `scoreMod` at the score before it. */
  readonly scoreModGrad?: ScoreMod;
}

/** What to compute: rows and keys of chosen key/value heads, all of them the same. */
export interface BackwardSample {
  /** Key/value heads, counted over the batch. */
  readonly heads: readonly number[];
  /** Rows within a head's group: head in group · seqLenQ + token. */
  readonly rows: readonly number[];
  readonly keys: readonly number[];
}

/** A gradient, and the sum of the absolute values of the terms of each of its elements. */
export interface Gradient {
  readonly value: Float64Array;
  readonly terms: Float64Array;
}

export interface BackwardReference {
  /** [heads, rows, headDim] */
  readonly queryGrad: Gradient;
  /** [heads, keys, headDim] */
  readonly keyGrad: Gradient;
  /** [heads, keys, headDimV] */
  readonly valueGrad: Gradient;
  /** As the bias, summed over the heads of the sample. */
  readonly biasGrad?: Gradient;
  /** One per query head, likewise. */
  readonly sinksGrad?: Gradient;
  /** The largest absolute value of a visible score. */
  readonly peak: number;
}

/**
 * The gradients of `Σ output · outputGrad + Σ lse · lseGrad` in float64, straight from the definition:
 * `dP = dO Vᵀ`, `δ = rowsum(P ∘ dP) − dlse`, `dS = P ∘ (dP − δ)`, then back through the scores.
 */
export function attentionBackwardReference(
  problem: AttentionProblem,
  data: AttentionBackwardData,
  sample: BackwardSample,
): BackwardReference {
  const { numHeads, seqLenQ, seqLenKV, headDim, headDimV, softmaxScale, biasShape } = problem;
  const { heads, rows, keys } = sample;
  const queryGrad = gradient(heads.length * rows.length * headDim);
  const keyGrad = gradient(heads.length * keys.length * headDim);
  const valueGrad = gradient(heads.length * keys.length * headDimV);
  const biasGrad = biasShape && gradient(sizeOf(biasShape));
  const sinksGrad = problem.sinks === true ? gradient(numHeads) : undefined;
  const rowsPerHead = groupSize(problem) * seqLenQ;
  let highest = 0;
  const chosenRow = new Map(rows.map((row, index) => [row, index]));

  heads.forEach((head, headIndex) => {
    const firstKey = head * seqLenKV;
    for (let own = 0; own < rowsPerHead; own++) {
      const row = head * rowsPerHead + own;
      const { probabilities, sink, peak } = probabilitiesOfRow(problem, data, row);
      highest = Math.max(highest, peak);
      const pulls = probabilities.map((p, j) =>
        p === 0 ? 0 : dot(data.outputGrad, row * headDimV, data.value, (firstKey + j) * headDimV, headDimV),
      );
      const delta = probabilities.reduce((sum, p, j) => sum + p * at(pulls, j), -(data.lseGrad?.[row] ?? 0));
      const size = Math.abs(delta);
      if (sinksGrad) add(sinksGrad, Math.floor(row / seqLenQ) % numHeads, -sink * delta, sink * size);

      const biasOf = biasShape && broadcastElement('bias', biasShape, problem, row);
      const slopeOfMod = modSlopes(problem, data, row);
      const chosen = chosenRow.get(own);
      const scoreGrads = new Float64Array(seqLenKV);
      const scoreTerms = new Float64Array(seqLenKV);
      probabilities.forEach((p, j) => {
        if (p === 0) return;
        const pull = at(pulls, j);
        const modSlope = slopeOfMod(j);
        const [score, terms] = [
          modSlope * p * (pull - delta),
          Math.abs(modSlope) * p * (Math.abs(pull) + size),
        ];
        if (biasGrad && biasOf) add(biasGrad, biasOf(j), score, terms);
        const slope = softmaxScale * capSlope(problem, data, row, firstKey + j);
        scoreGrads[j] = slope * score;
        scoreTerms[j] = Math.abs(slope) * terms;
        if (chosen === undefined) return;
        for (let d = 0; d < headDim; d++) {
          const k = at(data.key, (firstKey + j) * headDim + d);
          const to = (headIndex * rows.length + chosen) * headDim + d;
          add(queryGrad, to, at(scoreGrads, j) * k, at(scoreTerms, j) * Math.abs(k));
        }
      });
      keys.forEach((j, index) => {
        const p = at(probabilities, j);
        if (p === 0) return;
        const line = headIndex * keys.length + index;
        for (let d = 0; d < headDim; d++) {
          const q = at(data.query, row * headDim + d);
          add(keyGrad, line * headDim + d, at(scoreGrads, j) * q, at(scoreTerms, j) * Math.abs(q));
        }
        for (let d = 0; d < headDimV; d++) {
          const pull = p * at(data.outputGrad, row * headDimV + d);
          add(valueGrad, line * headDimV + d, pull, Math.abs(pull));
        }
      });
    }
  });
  const optional = { ...(biasGrad && { biasGrad }), ...(sinksGrad && { sinksGrad }) };
  return { queryGrad, keyGrad, valueGrad, ...optional, peak: highest };
}

/** The slope of the user's modifier at the score of a row with each key. */
function modSlopes(
  problem: AttentionProblem,
  data: AttentionBackwardData,
  row: number,
): (key: number) => number {
  const { scoreModGrad } = data;
  if (problem.scoreMod === undefined) return () => 1;
  if (scoreModGrad === undefined) throw new TypeError('a modifier in WGSL needs its twin in JavaScript');
  const { entry, head, token } = placeOf(problem, row);
  const before = scoreBeforeMod(problem, data, row);
  return (j) => scoreModGrad(before(j), entry, head, token, j);
}

/** The slope of the softcap at the score of a row and a key, both counted over all heads. */
function capSlope(problem: AttentionProblem, { query, key }: AttentionData, row: number, keyRow: number) {
  const { softcap, softmaxScale, headDim } = problem;
  if (softcap === undefined) return 1;
  const score = softmaxScale * dot(query, row * headDim, key, keyRow * headDim, headDim);
  return 1 - Math.tanh(score / softcap) ** 2;
}

/** A row's probabilities, that of its sink, and the largest absolute value of its scores. */
function probabilitiesOfRow(problem: AttentionProblem, data: AttentionData, row: number) {
  const head = Math.floor(row / problem.seqLenQ) % problem.numHeads;
  const sinkScore = problem.sinks === true ? at(data.sinks ?? [], head) : -Infinity;
  const scores = scoresOfRow(problem, data, row);
  const peak = scores.reduce((a, b) => Math.max(a, b), sinkScore);
  if (peak === -Infinity) return { probabilities: new Float64Array(scores.length), sink: 0, peak: 0 };
  const weights = scores.map((score) => Math.exp(score - peak));
  const sink = Math.exp(sinkScore - peak);
  const sum = weights.reduce((a, b) => a + b, sink);
  return {
    probabilities: weights.map((weight) => weight / sum),
    sink: sink / sum,
    peak: scores.reduce((a, b) => (b === -Infinity ? a : Math.max(a, Math.abs(b))), 0),
  };
}

const gradient = (length: number): Gradient => ({
  value: new Float64Array(length),
  terms: new Float64Array(length),
});

function add({ value, terms }: Gradient, index: number, amount: number, size: number): void {
  value[index] = at(value, index) + amount;
  terms[index] = at(terms, index) + size;
}

const at = (numbers: Numbers, index: number): number => numbers[index] ?? NaN;

function dot(a: Numbers, fromA: number, b: Numbers, fromB: number, length: number): number {
  let sum = 0;
  for (let d = 0; d < length; d++) sum += at(a, fromA + d) * at(b, fromB + d);
  return sum;
}
