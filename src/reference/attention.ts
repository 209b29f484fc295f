import { broadcastStrides } from '../kernels/attention/options.ts';
import {
  diagonalShift,
  groupSize,
  visibleKeys,
  type AttentionProblem,
} from '../kernels/attention/problem.ts';

type Numbers = ArrayLike<number>;

/** A score by batch entry, query head within it, query token and key token. */
export type ScoreMod = (score: number, b: number, h: number, q: number, kv: number) => number;
/** Whether the query sees the key. */
export type MaskMod = (b: number, h: number, q: number, kv: number) => boolean;

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
  /** What the problem's WGSL of that name computes. */
  readonly scoreMod?: ScoreMod | undefined;
  readonly maskMod?: MaskMod | undefined;
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
 * ALiBi, biased, modified and masked, in this order; a sink joins the denominator. A row that sees no key gives output 0 and,
 * without a sink, lse −∞.
 *
 * @param rows flat indices into [batch, numHeads, seqLenQ]
 */
export function attentionReference(
  problem: AttentionProblem,
  data: AttentionData,
  rows: readonly number[],
): AttentionRows {
  const { numHeads, seqLenQ, seqLenKV, headDimV } = problem;
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
    // Query heads of one group follow each other, so the head index divides straight through the batch.
    const firstValue = Math.floor(head / groupSize(problem)) * seqLenKV;
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
function scoresOfRow(problem: AttentionProblem, data: AttentionData, row: number): Float64Array {
  const { numHeads, seqLenQ, seqLenKV, headDim, softmaxScale, softcap, alibi, biasShape, maskShape } =
    problem;
  const { scoreMod = noTwin, maskMod = noTwin } = data;
  const token = row % seqLenQ;
  const head = Math.floor(row / seqLenQ);
  const entry = Math.floor(head / numHeads);
  const firstKey = Math.floor(head / groupSize(problem)) * seqLenKV;
  const { first, end } = visibleKeys(problem, token, entry);
  const slope = alibi === true ? (data.alibiSlopes?.[head % numHeads] ?? NaN) : 0;
  const element = (argument: string, shape: readonly number[], j: number): number => {
    const [b = 0, h = 0, q = 0, kv = 0] = broadcastStrides(argument, shape, problem);
    return entry * b + (head % numHeads) * h + token * q + j * kv;
  };
  const scores = new Float64Array(seqLenKV).fill(-Infinity);
  for (let j = first; j < end; j++) {
    let dot = 0;
    for (let d = 0; d < headDim; d++) {
      dot += (data.query[row * headDim + d] ?? NaN) * (data.key[(firstKey + j) * headDim + d] ?? NaN);
    }
    let score = softmaxScale * dot;
    if (softcap !== undefined) score = softcap * Math.tanh(score / softcap);
    if (alibi === true) score -= slope * Math.abs(token + diagonalShift(problem, entry) - j);
    if (biasShape !== undefined) score += data.bias?.[element('bias', biasShape, j)] ?? NaN;
    if (problem.scoreMod !== undefined) score = scoreMod(score, entry, head % numHeads, token, j);
    const shown =
      (maskShape === undefined || data.mask?.[element('mask', maskShape, j)] !== 0) &&
      (problem.maskMod === undefined || maskMod(entry, head % numHeads, token, j));
    scores[j] = shown ? score : -Infinity;
  }
  return scores;
}

function noTwin(): never {
  throw new TypeError('a modifier in WGSL needs its twin in JavaScript');
}
