import { selection } from '../selection.ts';
import { recent } from './params.ts';

export const dmc = selection({
  id: 'dmc',
  title: 'Dynamic memory compression',
  idea: 'A new key is appended, or merged into the last one: nothing is forgotten all at once. Rows k and v with importance z become (z k + ω kₜ) / (z + ω) and (z v + ω vₜ) / (z + ω), and z grows by ω. Runs end where neighbouring keys differ most, by 1 − cos, as many as the budget has room for.',
  formula: 'k ← (z k + ω kₜ) / (z + ω),  v likewise,  z ← z + ω',
  source:
    'Nawrot et al., "Dynamic Memory Compression: Retrofitting LLMs for Accelerated Inference" (2024), where a model learns both decisions',
  params: [
    {
      name: 'importance',
      about: 'the weight ω of a key in its row: 0, the same for all; 1, the attention that it has drawn',
      initial: 0,
      choices: [0, 1],
    },
    { ...recent, about: 'last keys that are appended in any case' },
  ],
  merges: ({ headDim, params: { importance } }, { key }, seen) =>
    importance === 1 ? seen.sums().mean : new Float64Array(key.length / headDim).fill(1),
  scores(problem, { key }) {
    const { seqLenKV, headDim, params } = problem;
    const count = key.length / headDim;
    return Float64Array.from({ length: count }, (_, row) => {
      const position = row % seqLenKV;
      // The last run ends with the last key, whatever the budget.
      if (position === seqLenKV - 1) return Infinity;
      if (position >= seqLenKV - (params['recent'] ?? 0)) return Number.MAX_VALUE;
      let [dot, squares, next] = [0, 0, 0];
      for (let d = row * headDim; d < (row + 1) * headDim; d++) {
        const [a, b] = [key[d] ?? NaN, key[d + headDim] ?? NaN];
        dot += a * b;
        squares += a * a;
        next += b * b;
      }
      return dot === 0 ? 1 : 1 - dot / (Math.sqrt(squares) * Math.sqrt(next));
    });
  },
});
