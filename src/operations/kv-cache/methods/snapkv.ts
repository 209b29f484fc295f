import { eachAttention } from '../attention-sums.ts';
import { keepRecent, selection } from '../selection.ts';
import { recent } from './params.ts';

export const snapkv = selection({
  id: 'snapkv',
  title: 'SnapKV',
  idea: 'The last queries know what comes next: the mean of their attention, pooled over neighbouring keys, and over the query heads that share a key/value head.',
  formula: 'score = pool(mean over the last queries t of P[t, key]),  the mean over query heads',
  source: 'Li et al., "SnapKV: LLM Knows What You are Looking for Before Generation" (2024)',
  params: [
    { name: 'window', about: 'last queries that are asked', initial: 64, least: 1, whole: true },
    {
      name: 'pool',
      about: 'neighbouring keys whose attention is averaged; zeros beyond both ends',
      initial: 5,
      least: 1,
      whole: true,
    },
    recent,
  ],
  scores(problem, data, seen) {
    const { seqLenQ, seqLenKV, params } = problem;
    const { window = 64, pool = 5 } = params;
    const sums = new Float64Array(problem.batch * problem.numKVHeads * seqLenKV);
    eachAttention(
      problem,
      data,
      { firstToken: Math.max(0, seqLenQ - window) },
      (probabilities, { group }) => {
        probabilities.forEach((p, position) => {
          const at = group * seqLenKV + position;
          sums[at] = (sums[at] ?? NaN) + p;
        });
      },
    );
    const reach = Math.floor(pool / 2);
    const pooled = sums.map((_, at) => {
      const first = at - (at % seqLenKV);
      const from = Math.max(first, at - reach);
      const end = Math.min(first + seqLenKV, at - reach + pool);
      return sums.subarray(from, end).reduce((sum, one) => sum + one, 0);
    });
    return keepRecent(problem, pooled, seen);
  },
});
