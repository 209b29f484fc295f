import { coded } from '../codecs/coded.ts';
import { nf4 as levels } from '../codecs/levels.ts';
import { byLargest } from '../codecs/scales.ts';
import { format } from '../format.ts';
import { bothFit, groupSize } from './params.ts';

export const nf4 = format({
  id: 'nf4',
  title: 'NF4',
  idea: 'Sixteen quantiles of a normal distribution, times the largest element of each group.',
  formula: 'x̂ = s · quantile(code),  s = max |x|, by group',
  source: 'Dettmers et al., "QLoRA: Efficient Finetuning of Quantized LLMs" (2023)',
  params: [{ ...groupSize, initial: 64 }],
  supports: (problem) => bothFit(problem, 4),
  forms(problem) {
    const form = coded(levels, byLargest(1), { channels: problem.params['groupSize'] ?? 64 });
    return { keys: form, values: form };
  },
});
