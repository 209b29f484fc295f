import type { DecodedPart } from './encode.ts';
import { groupsOf, reachOf, rowsPerGroup, type CacheProblem } from './problem.ts';

/** A row's attention in float64. Keys that it does not see or that are forgotten have a score of −∞ and a probability of 0. */
export interface AttendedRow {
  /** By position. */
  readonly scores: Float64Array;
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
  for (const { slots, keys, positionOf } of parts) {
    for (let slot = 0; slot < slots; slot++) {
      const position = positionOf(group, slot);
      if (position > last) continue;
      const key = (group * slots + slot) * headDim;
      let dot = 0;
      for (let d = 0; d < headDim; d++) dot += (query[row * headDim + d] ?? NaN) * (keys[key + d] ?? NaN);
      scores[position] = softmaxScale * dot;
    }
  }
  const peak = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const output = new Float64Array(headDimV);
  const probabilities = new Float64Array(seqLenKV);
  if (peak === -Infinity) return { scores, probabilities, lse: -Infinity, output };
  let total = 0;
  scores.forEach((score, position) => {
    const weight = Math.exp(score - peak);
    probabilities[position] = weight;
    total += weight;
  });
  for (let position = 0; position < seqLenKV; position++) {
    probabilities[position] = (probabilities[position] ?? NaN) / total;
  }
  for (const { slots, values, positionOf } of parts) {
    for (let slot = 0; slot < slots; slot++) {
      const weight = probabilities[positionOf(group, slot)] ?? NaN;
      if (weight === 0) continue;
      const value = (group * slots + slot) * headDimV;
      for (let d = 0; d < headDimV; d++) output[d] = (output[d] ?? NaN) + weight * (values[value + d] ?? NaN);
    }
  }
  return { scores, probabilities, lse: peak + Math.log(total), output };
}

/** Rows of all heads. */
export const rowCount = (problem: CacheProblem): number => groupsOf(problem) * rowsPerGroup(problem);

/** Floating-point operations of one row. */
export const rowFlops = ({ seqLenKV, headDim, headDimV }: CacheProblem): number =>
  2 * seqLenKV * (headDim + headDimV);
