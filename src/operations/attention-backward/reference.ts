import type { AttentionProblem } from '../attention/problem.ts';
import { groupSize } from '../attention/problem.ts';
import { sizeOf } from '../../core/tensor.ts';
import { dotsOfRow, placeOf, scoresOfRow, type AttentionData, type Numbers } from '../attention/reference.ts';
import { elementsOf, turnBack } from '../attention/rotation.ts';
import type { RowStep } from '../attention/options/score-step.ts';
import { rowSteps } from '../attention/options/score-steps.ts';

/** The data of a backward problem. */
export interface AttentionBackwardData extends AttentionData {
  readonly outputGrad: Numbers;
  readonly lseGrad?: Numbers | undefined;
}

/** The rows and keys to compute, the same ones in each of the chosen key/value heads. */
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
  /** Gradient of the bias, summed over the heads of the sample. */
  readonly biasGrad?: Gradient;
  /** One per query head, likewise. */
  readonly sinksGrad?: Gradient;
  /** The largest absolute value of a visible score. */
  readonly peak: number;
}

/**
 * The gradients of `Σ output · outputGrad + Σ lse · lseGrad` in float64, straight from the definition:
 * `dP = dO Vᵀ`, `δ = rowsum(P ∘ dP) − dlse`, `dS = P ∘ (dP − δ)`, then back through the scores, and through the rotation.
 */
export function attentionBackwardReference(
  problem: AttentionProblem,
  data: AttentionBackwardData,
  sample: BackwardSample,
): BackwardReference {
  const { numHeads, seqLenQ, seqLenKV, headDim, headDimV, biasShape } = problem;
  const { heads, rows, keys } = sample;
  const queryGrad = gradient(heads.length * rows.length * headDim);
  const keyGrad = gradient(heads.length * keys.length * headDim);
  const valueGrad = gradient(heads.length * keys.length * headDimV);
  const biasGrad = biasShape && gradient(sizeOf(biasShape));
  const sinksGrad = problem.sinks === true ? gradient(numHeads) : undefined;
  const rowsPerHead = groupSize(problem) * seqLenQ;
  let highest = 0;
  const queryAt = elementsOf(problem, data.query, 'query');
  const keyAt = elementsOf(problem, data.key, 'key');
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

      const steps = rowSteps(problem, data, placeOf(problem, row));
      const dotOf = dotsOfRow(problem, data, row);
      const chosen = chosenRow.get(own);
      const scoreGrads = new Float64Array(seqLenKV);
      const scoreTerms = new Float64Array(seqLenKV);
      probabilities.forEach((p, j) => {
        if (p === 0) return;
        const pull = at(pulls, j);
        const ofScore = { value: p * (pull - delta), terms: p * (Math.abs(pull) + size) };
        const ofDot = throughSteps(steps, dotOf(j), j, ofScore, biasGrad);
        scoreGrads[j] = ofDot.value;
        scoreTerms[j] = ofDot.terms;
        if (chosen === undefined) return;
        for (let d = 0; d < headDim; d++) {
          const k = keyAt(firstKey + j, d);
          const to = (headIndex * rows.length + chosen) * headDim + d;
          add(queryGrad, to, at(scoreGrads, j) * k, at(scoreTerms, j) * Math.abs(k));
        }
      });
      keys.forEach((j, index) => {
        const p = at(probabilities, j);
        if (p === 0) return;
        const line = headIndex * keys.length + index;
        for (let d = 0; d < headDim; d++) {
          const q = queryAt(row, d);
          add(keyGrad, line * headDim + d, at(scoreGrads, j) * q, at(scoreTerms, j) * Math.abs(q));
        }
        for (let d = 0; d < headDimV; d++) {
          const pull = p * at(data.outputGrad, row * headDimV + d);
          add(valueGrad, line * headDimV + d, pull, Math.abs(pull));
        }
      });
    }
  });
  const linesOf = (own: readonly number[], perHead: number) =>
    heads.flatMap((head) => own.map((line) => head * perHead + line));
  const [queryLines, keyLines] = [linesOf(rows, rowsPerHead), linesOf(keys, seqLenKV)];
  for (const part of ['value', 'terms'] as const) {
    turnBack(problem, 'query', queryLines, queryGrad[part], part === 'terms');
    turnBack(problem, 'key', keyLines, keyGrad[part], part === 'terms');
  }
  const optional = { ...(biasGrad && { biasGrad }), ...(sinksGrad && { sinksGrad }) };
  return { queryGrad, keyGrad, valueGrad, ...optional, peak: highest };
}

/** The derivative of one score, and the sum of the absolute values of its terms. */
interface Pull {
  readonly value: number;
  readonly terms: number;
}

/** From a score back to the dot product that it was made of. A bias on the way gets its share. */
function throughSteps(
  steps: readonly RowStep[],
  dotProduct: number,
  key: number,
  ofScore: Pull,
  biasGrad: Gradient | undefined,
): Pull {
  let score = dotProduct;
  const before = steps.map((step) => {
    const given = score;
    score = step.score(given, key);
    return given;
  });
  return steps.reduceRight((pull, step, index) => {
    if (biasGrad && step.element) add(biasGrad, step.element(key), pull.value, pull.terms);
    const slope = step.slope?.(at(before, index), key) ?? 1;
    return { value: slope * pull.value, terms: Math.abs(slope) * pull.terms };
  }, ofScore);
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
    // A hidden key has no part in a row that is NaN.
    probabilities: weights.map((weight, j) => (scores[j] === -Infinity ? 0 : weight / sum)),
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
