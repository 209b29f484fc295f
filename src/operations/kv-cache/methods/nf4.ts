import { coded } from '../codecs/coded.ts';
import { nf4 as levels } from '../codecs/levels.ts';
import { byLargest } from '../codecs/scales.ts';
import type { CacheMethod } from '../method.ts';
import { whole } from '../part.ts';
import { bothFit, groupSize } from './params.ts';

export const nf4: CacheMethod = {
  id: 'nf4',
  kind: 'format',
  title: 'NF4',
  idea: 'Sixteen quantiles of a normal distribution, times the largest element of each group.',
  source: 'Dettmers et al., "QLoRA: Efficient Finetuning of Quantized LLMs" (2023)',
  params: [{ ...groupSize, initial: 64 }],
  supports: (problem) => bothFit(problem, 4),
  parts(problem) {
    const form = coded(levels, byLargest(1), { channels: problem.params['groupSize'] ?? 64 });
    return whole(problem, { keys: form, values: form });
  },
};
