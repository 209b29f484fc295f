import { selection } from '../selection.ts';

export const knorm = selection({
  id: 'knorm',
  title: 'Knorm',
  idea: 'Keys of small norm draw most attention, so the score of a key is −‖k‖. No query is needed.',
  formula: 'score = −‖k‖',
  source: 'Devoto et al., "A Simple and Effective L2 Norm-Based Strategy for KV Cache Compression" (2024)',
  scores({ batch, numKVHeads, seqLenKV, headDim }, { key }) {
    const scores = new Float64Array(batch * numKVHeads * seqLenKV);
    for (let row = 0; row < scores.length; row++) {
      let squares = 0;
      for (let d = row * headDim; d < (row + 1) * headDim; d++) squares += (key[d] ?? NaN) ** 2;
      scores[row] = -Math.sqrt(squares);
    }
    return scores;
  },
});
