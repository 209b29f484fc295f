import { eigenBasis, inBasis } from '../codecs/basis.ts';
import { plain } from '../codecs/plain.ts';
import { format } from '../format.ts';

export const eigen = format({
  id: 'eigen',
  title: 'Eigen attention',
  idea: 'Keys and values lie near a subspace: the directions in which a head’s keys, and its values, are largest. Only coordinates in it are kept, and the two bases of each head.',
  formula: 'x̂ = (x B) Bᵀ,  B: the first eigenvectors of Σ x xᵀ over the rows of a head',
  source: 'Saxena et al., "Eigen Attention: Attention in Low-Rank Space for KV Cache Compression" (2024)',
  params: [
    { name: 'rank', about: 'directions that are kept, a multiple of 4', initial: 32, least: 4, whole: true },
  ],
  supports({ headDim, headDimV, params: { rank = 0 } }) {
    if (rank % 4 !== 0) return `rank must be a multiple of 4, not ${rank}`;
    return (
      rank <= Math.min(headDim, headDimV) ||
      `rank ${rank} is more than headDim ${Math.min(headDim, headDimV)}`
    );
  },
  forms(problem) {
    const form = inBasis(eigenBasis(problem.params['rank'] ?? 4), plain);
    return { keys: form, values: form };
  },
});
