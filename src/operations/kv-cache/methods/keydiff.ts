import { selection } from '../selection.ts';

export const keydiff = selection({
  id: 'keydiff',
  title: 'KeyDiff',
  idea: 'Keys that are unlike the others: the score of a key is −cos(k, mean of the keys of its head).',
  formula: 'score = −cos(k, mean k)',
  source: 'Park et al., "KeyDiff: Key Similarity-Based KV Cache Eviction" (2025)',
  evicts: true,
  scores({ batch, numKVHeads, seqLenKV, headDim }, { key }, { isKept }) {
    const scores = new Float64Array(batch * numKVHeads * seqLenKV);
    const mean = new Float64Array(headDim);
    for (let first = 0; first < scores.length; first += seqLenKV) {
      mean.fill(0);
      // The sum does as well: a cosine does not ask for lengths.
      for (let row = first; row < first + seqLenKV; row++) {
        if (!isKept(row)) continue;
        for (let d = 0; d < headDim; d++) mean[d] = (mean[d] ?? NaN) + (key[row * headDim + d] ?? NaN);
      }
      const size = Math.hypot(...mean);
      for (let row = first; row < first + seqLenKV; row++) {
        let [dot, squares] = [0, 0];
        for (let d = 0; d < headDim; d++) {
          const element = key[row * headDim + d] ?? NaN;
          dot += element * (mean[d] ?? NaN);
          squares += element ** 2;
        }
        scores[row] = dot === 0 ? 0 : -dot / (Math.sqrt(squares) * size);
      }
    }
    return scores;
  },
});
