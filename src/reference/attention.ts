import { broadcastStrides } from '../kernels/attention/options.ts';
import type { AttentionProblem } from '../kernels/attention/problem.ts';
import { firstKeyRow, reachOfQuery, visibleKeys } from '../kernels/attention/visibility.ts';

export type Numbers = ArrayLike<number>;

/** The data of a problem. Options that the problem does not have are left out. */
export interface AttentionData {
  readonly query: Numbers;
  readonly key: Numbers;
  readonly value: Numbers;
  /** One per head. */
  readonly alibiSlopes?: Numbers;
  /** One per head. */
  readonly sinks?: Numbers;
  readonly bias?: Numbers | undefined;
  /** 0 hides. */
  readonly mask?: Numbers | undefined;
}

/** float64 output and lse of chosen rows, in the order of `rows`. */
export interface AttentionRows {
  /** [rows, headDimV] */
  readonly output: Float64Array;
  /** [rows] */
  readonly lse: Float64Array;
}

/**
 * `O = softmax(scores) V` in float64, row by row, straight from the definition. Scores are scaled, capped, lowered by
 * ALiBi, biased and masked, in this order; a sink joins the denominator. A row that sees no key gives output 0 and,
 * without a sink, lse −∞.
 *
 * @param rows flat indices into [batch, numHeads, seqLenQ]
 */
export function attentionReference(
  problem: AttentionProblem,
  data: AttentionData,
  rows: readonly number[],
): AttentionRows {
  const { numHeads, seqLenQ, headDimV } = problem;
  const output = new Float64Array(rows.length * headDimV);
  const lse = new Float64Array(rows.length);
  rows.forEach((row, index) => {
    const head = Math.floor(row / seqLenQ);
    const scores = scoresOfRow(problem, data, row);
    const sink = problem.sinks === true ? (data.sinks?.[head % numHeads] ?? NaN) : -Infinity;
    const peak = scores.reduce((a, b) => Math.max(a, b), sink);
    if (peak === -Infinity) {
      lse[index] = -Infinity;
      return;
    }
    const weights = scores.map((score) => Math.exp(score - peak));
    const sum = weights.reduce((a, b) => a + b, Math.exp(sink - peak));
    lse[index] = peak + Math.log(sum);
    const firstValue = firstKeyRow(problem, head);
    weights.forEach((weight, j) => {
      if (weight === 0) return;
      for (let d = 0; d < headDimV; d++) {
        const at = index * headDimV + d;
        output[at] =
          (output[at] ?? NaN) + (weight / sum) * (data.value[(firstValue + j) * headDimV + d] ?? NaN);
      }
    });
  });
  return { output, lse };
}

/** Scores of one row over all keys, −∞ where it does not see the key. */
export function scoresOfRow(problem: AttentionProblem, data: AttentionData, row: number): Float64Array {
  const { numHeads, seqLenQ, seqLenKV, headDim, softmaxScale, softcap, alibi, biasShape, maskShape } =
    problem;
  const token = row % seqLenQ;
  const head = Math.floor(row / seqLenQ);
  const entry = Math.floor(head / numHeads);
  const firstKey = firstKeyRow(problem, head);
  const { first, end } = visibleKeys(problem, token, entry);
  const { diagonal } = reachOfQuery(problem, entry, token);
  const slope = alibi === true ? (data.alibiSlopes?.[head % numHeads] ?? NaN) : 0;
  const bias = biasShape && broadcastElement('bias', biasShape, problem, row);
  const mask = maskShape && broadcastElement('mask', maskShape, problem, row);
  const scores = new Float64Array(seqLenKV).fill(-Infinity);
  for (let j = first; j < end; j++) {
    let dot = 0;
    for (let d = 0; d < headDim; d++) {
      dot += (data.query[row * headDim + d] ?? NaN) * (data.key[(firstKey + j) * headDim + d] ?? NaN);
    }
    let score = softmaxScale * dot;
    if (softcap !== undefined) score = softcap * Math.tanh(score / softcap);
    if (alibi === true) score -= slope * Math.abs(diagonal - j);
    if (bias) score += data.bias?.[bias(j)] ?? NaN;
    const shown = !mask || data.mask?.[mask(j)] !== 0;
    scores[j] = shown ? score : -Infinity;
  }
  return scores;
}

/** Which element of a broadcast tensor belongs to each key of a row. */
export function broadcastElement(
  argument: string,
  shape: readonly number[],
  problem: AttentionProblem,
  row: number,
): (key: number) => number {
  const { numHeads, seqLenQ } = problem;
  const head = Math.floor(row / seqLenQ);
  const [perEntry = 0, perHead = 0, perRow = 0, perKey = 0] = broadcastStrides(argument, shape, problem);
  const base =
    Math.floor(head / numHeads) * perEntry + (head % numHeads) * perHead + (row % seqLenQ) * perRow;
  return (key) => base + key * perKey;
}
