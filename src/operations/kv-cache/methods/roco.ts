import { selection } from '../selection.ts';
import { topKeys } from '../top-keys.ts';
import { kept } from '../budget.ts';

export const roco = selection({
  id: 'roco',
  title: 'RoCo',
  idea: 'A part of the budget is for keys whose attention varies most from query to query, which means mistake; the rest for those with the largest mean.',
  formula: 'kept: the largest std_t P[t, key] for a part of the budget, then the largest mean_t P[t, key]',
  source:
    'Ren and Zhu, "On the Efficacy of Eviction Policy for Key-Value Constrained Generative Language Model Inference" (2024)',
  params: [
    {
      name: 'robust',
      about: 'the part of the budget for keys whose attention varies most',
      initial: 0.5,
      least: 0,
      most: 1,
    },
  ],
  evicts: true,
  scores(problem, _, seen) {
    const { seqLenKV, params } = problem;
    const { mean, deviation } = seen.sums();
    const scores = mean.slice();
    const left = deviation.map((one, at) => (seen.isKept(at) ? one : -Infinity));
    const count = Math.round((params['robust'] ?? 0) * kept(seqLenKV, params));
    for (let first = 0; first < scores.length; first += seqLenKV) {
      for (const key of topKeys(left.subarray(first, first + seqLenKV), count))
        scores[first + key] = Infinity;
    }
    return scores;
  },
});
