import { selection } from '../selection.ts';

export const tova = selection({
  id: 'tova',
  title: 'TOVA',
  idea: 'Keys that the last query attends to, in the mean over all heads: every key/value head keeps the same.',
  formula: 'score = P[last query, key],  the mean over all heads',
  source: 'Oren et al., "Transformers are Multi-State RNNs" (2024)',
  evicts: true,
  scores({ numKVHeads, seqLenKV, batch }, _, seen) {
    const last = seen.last();
    return Float64Array.from({ length: batch * numKVHeads * seqLenKV }, (_, at) => {
      const entry = Math.floor(at / (numKVHeads * seqLenKV));
      let sum = 0;
      for (let head = 0; head < numKVHeads; head++) {
        sum += last[(entry * numKVHeads + head) * seqLenKV + (at % seqLenKV)] ?? NaN;
      }
      return sum;
    });
  },
});
