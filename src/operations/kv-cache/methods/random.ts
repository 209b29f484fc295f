import { uniformStream } from '../../../core/random.ts';
import { selection } from '../selection.ts';

export const random = selection({
  id: 'random',
  title: 'Random',
  idea: 'Any keys: what a method has to be better than.',
  formula: 'score = a random number',
  source: 'A baseline, as in NVIDIA’s kvpress (2024)',
  params: [{ name: 'seed', about: 'another seed keeps other keys', initial: 1, least: 0, whole: true }],
  scores({ batch, numKVHeads, seqLenKV, params: { seed = 1 } }) {
    const uniform = uniformStream(seed);
    return Float64Array.from({ length: batch * numKVHeads * seqLenKV }, uniform);
  },
});
