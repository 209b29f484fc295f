import { keepRecent, selection } from '../selection.ts';
import { recent } from './params.ts';

export const h2o = selection({
  id: 'h2o',
  title: 'H2O',
  idea: 'Heavy hitters: keys that have drawn most attention so far, the sum of their column of P over the number of queries that saw them.',
  formula: 'score = Σ_t P[t, key] / queries that see the key',
  source:
    'Zhang et al., "H2O: Heavy-Hitter Oracle for Efficient Generative Inference of Large Language Models" (2023)',
  params: [recent],
  evicts: true,
  scores: (problem, _, seen) => keepRecent(problem, seen.sums().mean, seen),
});
