import type { CacheData } from '../data.ts';
import type { CacheProblem } from '../problem.ts';
import { selection } from '../selection.ts';

export const expected = selection({
  id: 'expected',
  title: 'Expected attention',
  idea: 'The attention that a key can expect of queries that are normal with the mean μ and covariance Σ of those so far, times the norm of its value: exp(k·μ/√d + kᵀΣk/2d) · ‖v‖. Each head is normalised, then averaged.',
  formula: 'score = exp(k · μ / √d + kᵀ Σ k / 2d) · ‖v‖,  μ and Σ of the queries',
  source:
    'Devoto et al., "Expected Attention: KV Cache Compression by Estimating Attention from Future Queries Distribution" (2025)',
  scores(problem, data) {
    const { batch, numHeads, numKVHeads, seqLenKV, headDimV } = problem;
    const scores = new Float64Array(batch * numKVHeads * seqLenKV);
    const group = numHeads / numKVHeads;
    for (let head = 0; head < batch * numHeads; head++) {
      const first = Math.floor(head / group) * seqLenKV;
      const logs = expectedLogs(problem, data, head, first);
      const peak = logs.reduce((a, b) => Math.max(a, b), -Infinity);
      const total = logs.reduce((sum, log) => sum + Math.exp(log - peak), 0);
      logs.forEach((log, position) => {
        scores[first + position] = (scores[first + position] ?? NaN) + Math.exp(log - peak) / total / group;
      });
    }
    return scores.map((score, row) => {
      let squares = 0;
      for (let d = row * headDimV; d < (row + 1) * headDimV; d++) squares += (data.value[d] ?? NaN) ** 2;
      return score * Math.sqrt(squares);
    });
  },
});

/** k·μ/√d + kᵀΣk/2d of the keys from row `first` on, for one query head. */
function expectedLogs(
  { seqLenQ, seqLenKV, headDim, softmaxScale }: CacheProblem,
  { query, key }: CacheData,
  head: number,
  first: number,
): Float64Array {
  const at = (token: number, d: number): number => query[(head * seqLenQ + token) * headDim + d] ?? NaN;
  const mean = new Float64Array(headDim);
  const covariance = new Float64Array(headDim * headDim);
  for (let token = 0; token < seqLenQ; token++) {
    for (let d = 0; d < headDim; d++) mean[d] = (mean[d] ?? NaN) + at(token, d) / seqLenQ;
  }
  for (let token = 0; token < seqLenQ; token++) {
    for (let i = 0; i < headDim; i++) {
      const own = (at(token, i) - (mean[i] ?? NaN)) / seqLenQ;
      for (let j = 0; j < headDim; j++) {
        const cell = i * headDim + j;
        covariance[cell] = (covariance[cell] ?? NaN) + own * (at(token, j) - (mean[j] ?? NaN));
      }
    }
  }
  return Float64Array.from({ length: seqLenKV }, (_, position) => {
    const from = (first + position) * headDim;
    let [linear, quadratic] = [0, 0];
    for (let i = 0; i < headDim; i++) {
      const element = key[from + i] ?? NaN;
      let row = 0;
      for (let j = 0; j < headDim; j++) row += (covariance[i * headDim + j] ?? NaN) * (key[from + j] ?? NaN);
      linear += element * (mean[i] ?? NaN);
      quadratic += element * row;
    }
    return softmaxScale * linear + (softmaxScale ** 2 * quadratic) / 2;
  });
}
