import { inBasis, thinChannels } from '../codecs/basis.ts';
import { plain } from '../codecs/plain.ts';
import { format } from '../format.ts';

/** The channels that are kept, in fours. */
const channelsOf = (headDim: number, share: number): number =>
  Math.min(headDim, 4 * Math.max(1, Math.round((share < 1 ? share * headDim : share) / 4)));

export const think = format({
  id: 'think',
  title: 'ThinK',
  idea: 'Thin keys: channels that add least to scores are left out, those with the smallest mean(q²) · mean(k²). Values stay as they are.',
  formula: 'q · k ≈ Σ q_c k_c over the channels c with the largest mean(q_c²) · mean(k_c²)',
  source: 'Xu et al., "ThinK: Thinner Key Cache by Query-Driven Pruning" (2024)',
  params: [
    {
      name: 'channels',
      about: 'channels of keys that are kept, a number or below 1 a fraction; in fours',
      initial: 0.5,
      least: 0,
    },
  ],
  forms(problem) {
    const kept = channelsOf(problem.headDim, problem.params['channels'] ?? 1);
    return { keys: inBasis(thinChannels(kept), plain), values: plain };
  },
});
