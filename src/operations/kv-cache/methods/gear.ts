import { gearForm } from '../codecs/gear.ts';
import { format } from '../format.ts';
import { bothFit, groupSize, residual } from './params.ts';

export const gear = format({
  id: 'gear',
  title: 'GEAR',
  idea: 'Low bits, and two corrections of their error: the largest and smallest elements of each key and value are kept as outliers, and what the codes then miss is kept in the few directions of the head in which it is largest.',
  formula: 'x̂ = S + D + B a,  S outliers,  D codes of x − S,  a = Bᵀ(x − S − D)',
  source:
    'Kang et al., "GEAR: An Efficient KV Cache Compression Recipe for Near-Lossless Generative Inference of LLM" (2024), by token for keys, too',
  params: [
    { name: 'bits', about: 'bits of a code', initial: 4, choices: [2, 4] },
    groupSize,
    { name: 'rank', about: 'directions that are kept, a multiple of 4', initial: 4, least: 4, whole: true },
    {
      name: 'outliers',
      about:
        'elements of each key and value that are kept beside its codes: half of them largest, half smallest',
      initial: 4,
      least: 0,
      whole: true,
    },
    residual,
  ],
  supports(problem) {
    const { headDim, headDimV, params } = problem;
    const { bits = 4, rank = 4, outliers = 0 } = params;
    const least = Math.min(headDim, headDimV);
    if (rank % 4 !== 0) return `rank must be a multiple of 4, not ${rank}`;
    if (rank > least) return `rank ${rank} is more than headDim ${least}`;
    if (outliers % 2 !== 0) return `outliers must be even, not ${outliers}`;
    if (outliers > least) return `${outliers} outliers are more than headDim ${least}`;
    if ((headDim * bits) % 32 !== 0 || (headDimV * bits) % 32 !== 0)
      return `rows of codes are whole words: headDim must be a multiple of ${32 / bits}`;
    return bothFit(problem, bits);
  },
  forms({ headDim, headDimV, params }) {
    const { bits = 4, groupSize: channels = 32, rank = 4, outliers = 0 } = params;
    const form = (width: number) => gearForm({ bits, channels: Math.min(channels, width), rank, outliers });
    return { keys: form(headDim), values: form(headDimV) };
  },
});
