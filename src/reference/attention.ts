import { groupSize, visibleKeys, type AttentionProblem } from '../kernels/attention/problem.ts';

/** float64 output and lse of chosen rows, in the order of `rows`. */
export interface AttentionRows {
  /** [rows, headDimV] */
  readonly output: Float64Array;
  /** [rows] */
  readonly lse: Float64Array;
}

/**
 * `O = softmax(softmaxScale · Q Kᵀ) V` in float64, row by row, straight from the definition.
 * A row that sees no key gives output 0 and lse −∞.
 *
 * @param rows flat indices into [batch, numHeads, seqLenQ]
 */
export function attentionReference(
  problem: AttentionProblem,
  { query, key, value }: { query: ArrayLike<number>; key: ArrayLike<number>; value: ArrayLike<number> },
  rows: readonly number[],
): AttentionRows {
  const { seqLenQ, seqLenKV, headDim, headDimV, softmaxScale } = problem;
  const output = new Float64Array(rows.length * headDimV);
  const lse = new Float64Array(rows.length);
  const scores = new Float64Array(seqLenKV);
  rows.forEach((row, index) => {
    const token = row % seqLenQ;
    // Query heads of one group follow each other, so the head index divides straight through the batch.
    const kvHead = Math.floor(row / seqLenQ / groupSize(problem));
    const visible = visibleKeys(problem, token);
    let peak = -Infinity;
    for (let j = 0; j < visible; j++) {
      let dot = 0;
      for (let d = 0; d < headDim; d++) {
        dot += (query[row * headDim + d] ?? NaN) * (key[(kvHead * seqLenKV + j) * headDim + d] ?? NaN);
      }
      const score = softmaxScale * dot;
      scores[j] = score;
      peak = Math.max(peak, score);
    }
    let sum = 0;
    for (let j = 0; j < visible; j++) {
      const weight = Math.exp((scores[j] ?? NaN) - peak);
      sum += weight;
      for (let d = 0; d < headDimV; d++) {
        const at = index * headDimV + d;
        output[at] = (output[at] ?? NaN) + weight * (value[(kvHead * seqLenKV + j) * headDimV + d] ?? NaN);
      }
    }
    lse[index] = visible === 0 ? -Infinity : peak + Math.log(sum);
    for (let d = 0; visible > 0 && d < headDimV; d++) {
      output[index * headDimV + d] = (output[index * headDimV + d] ?? NaN) / sum;
    }
  });
  return { output, lse };
}
