import type { DecodedPart } from './encode.ts';
import { groupsOf, reachOf, rowsPerGroup, type CacheProblem } from './problem.ts';

/** A row's attention in float64. Keys that it does not see or that are forgotten have a score of −∞ and a probability of 0. */
export interface AttendedRow {
  /** Dot products times softmaxScale, by position. */
  readonly scores: Float64Array;
  /** Scores with the weights of sampled keys, which the softmax is of. */
  readonly logits: Float64Array;
  /** By position. */
  readonly probabilities: Float64Array;
  /** log Σ exp(score); −∞ for a row that sees nothing. */
  readonly lse: number;
  /** 0 for a row that sees nothing. */
  readonly output: Float64Array;
}

/** The key/value head of a row of [batch, numHeads, seqLenQ], counted over the batch, and the row's query token. */
export function placeOf(
  problem: CacheProblem,
  row: number,
): { readonly group: number; readonly token: number } {
  return { group: Math.floor(row / rowsPerGroup(problem)), token: row % problem.seqLenQ };
}

/**
 * Attention of one row over a cache, in float64, straight from the definition.
 * @param row of [batch, numHeads, seqLenQ]
 */
export function attendRow(
  problem: CacheProblem,
  query: ArrayLike<number>,
  parts: readonly DecodedPart[],
  row: number,
): AttendedRow {
  const { headDim, headDimV, seqLenKV, softmaxScale } = problem;
  const { group, token } = placeOf(problem, row);
  const last = token + reachOf(problem);
  const scores = new Float64Array(seqLenKV).fill(-Infinity);
  const logits = new Float64Array(seqLenKV).fill(-Infinity);
  for (const part of parts) {
    for (let slot = part.first(group); slot < part.end(group); slot++) {
      const position = part.position(group, slot);
      if (position < 0 || position > last) continue;
      const key = part.row(group, slot) * headDim;
      let dot = 0;
      for (let d = 0; d < headDim; d++)
        dot += (query[row * headDim + d] ?? NaN) * (part.keys[key + d] ?? NaN);
      scores[position] = softmaxScale * dot;
      logits[position] = softmaxScale * dot + part.logWeight(slot);
    }
  }
  const peak = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const output = new Float64Array(headDimV);
  const probabilities = new Float64Array(seqLenKV);
  if (peak === -Infinity) return { scores, logits, probabilities, lse: -Infinity, output };
  let total = 0;
  logits.forEach((logit, position) => {
    const weight = Math.exp(logit - peak);
    probabilities[position] = weight;
    total += weight;
  });
  for (let position = 0; position < seqLenKV; position++) {
    probabilities[position] = (probabilities[position] ?? NaN) / total;
  }
  for (const part of parts) {
    for (let slot = part.first(group); slot < part.end(group); slot++) {
      const weight = probabilities[part.position(group, slot)] ?? 0;
      if (weight === 0) continue;
      const value = part.row(group, slot) * headDimV;
      for (let d = 0; d < headDimV; d++)
        output[d] = (output[d] ?? NaN) + weight * (part.values[value + d] ?? NaN);
    }
  }
  return { scores, logits, probabilities, lse: peak + Math.log(total), output };
}

/** Rows of all heads. */
export const rowCount = (problem: CacheProblem): number => groupsOf(problem) * rowsPerGroup(problem);

/** Floating-point operations of one row. */
export const rowFlops = ({ seqLenKV, headDim, headDimV }: CacheProblem): number =>
  2 * seqLenKV * (headDim + headDimV);
