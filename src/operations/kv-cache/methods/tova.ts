import { eachAttention } from '../attention-sums.ts';
import { selection } from '../selection.ts';

export const tova = selection({
  id: 'tova',
  title: 'TOVA',
  idea: 'Keys that the last query attends to, in the mean over all heads: every key/value head keeps the same.',
  source: 'Oren et al., "Transformers are Multi-State RNNs" (2024)',
  scores(problem, data) {
    const { numKVHeads, seqLenQ, seqLenKV, batch } = problem;
    const ofEntry = new Float64Array(batch * seqLenKV);
    eachAttention(problem, data, seqLenQ - 1, (probabilities, { group }) => {
      const first = Math.floor(group / numKVHeads) * seqLenKV;
      probabilities.forEach((p, position) => {
        ofEntry[first + position] = (ofEntry[first + position] ?? NaN) + p;
      });
    });
    return Float64Array.from(
      { length: batch * numKVHeads * seqLenKV },
      (_, at) => ofEntry[Math.floor(at / (numKVHeads * seqLenKV)) * seqLenKV + (at % seqLenKV)] ?? NaN,
    );
  },
});
