import { broadcastStrides } from './option-checks.ts';
import type { AttentionProblem } from './problem.ts';
import { firstKeyRow, reachOfQuery, visibleKeys } from './visibility.ts';

export type Numbers = ArrayLike<number>;

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
  const { maskShape } = problem;
  const { scoreMod = noTwin, maskMod = noTwin } = data;
  const { entry, head, token } = placeOf(problem, row);
  const { first, end } = visibleKeys(problem, token, entry);
  const before = scoreBeforeMod(problem, data, row);
  const mask = maskShape && broadcastElement('mask', maskShape, problem, row);
  const scores = new Float64Array(problem.seqLenKV).fill(-Infinity);
  for (let j = first; j < end; j++) {
    const score = before(j);
    const shown =
      (!mask || data.mask?.[mask(j)] !== 0) &&
      (problem.maskMod === undefined || maskMod(entry, head, token, j));
    if (!shown) continue;
    scores[j] = problem.scoreMod === undefined ? score : scoreMod(score, entry, head, token, j);
  }
  return scores;
}

/** A row's batch entry, query head within it, and query token. */
export function placeOf({ numHeads, seqLenQ }: AttentionProblem, row: number) {
  const head = Math.floor(row / seqLenQ);
  return { entry: Math.floor(head / numHeads), head: head % numHeads, token: row % seqLenQ };
}

/** The score of a row with each key: scaled, capped, lowered by ALiBi and biased, but not modified. */
export function scoreBeforeMod(
  problem: AttentionProblem,
  data: AttentionData,
  row: number,
): (key: number) => number {
  const { seqLenQ, headDim, softmaxScale, softcap, alibi, biasShape } = problem;
  const { entry, head, token } = placeOf(problem, row);
  const firstKey = firstKeyRow(problem, Math.floor(row / seqLenQ));
  const { diagonal } = reachOfQuery(problem, entry, token);
  const slope = alibi === true ? (data.alibiSlopes?.[head] ?? NaN) : 0;
  const bias = biasShape && broadcastElement('bias', biasShape, problem, row);
  return (j) => {
    let dot = 0;
    for (let d = 0; d < headDim; d++) {
      dot += (data.query[row * headDim + d] ?? NaN) * (data.key[(firstKey + j) * headDim + d] ?? NaN);
    }
    let score = softmaxScale * dot;
    if (softcap !== undefined) score = softcap * Math.tanh(score / softcap);
    if (alibi === true) score -= slope * Math.abs(diagonal - j);
    return bias ? score + (data.bias?.[bias(j)] ?? NaN) : score;
  };
}

/** Which element of a broadcast tensor belongs to each key of a row. */
export function broadcastElement(
  argument: string,
  shape: readonly number[],
  problem: AttentionProblem,
  row: number,
): (key: number) => number {
  const { entry, head, token } = placeOf(problem, row);
  const [perEntry = 0, perHead = 0, perRow = 0, perKey = 0] = broadcastStrides(argument, shape, problem);
  const base = entry * perEntry + head * perHead + token * perRow;
  return (key) => base + key * perKey;
}

function noTwin(): never {
  throw new TypeError('a modifier in WGSL needs its twin in JavaScript');
}
