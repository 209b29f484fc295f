import { normals } from '../../../core/random.ts';
import { option, SCORES } from './option.ts';
import { headNumbers } from './per-head.ts';
import type { ScoreStep } from './score-step.ts';

/** A learned temperature of each head, as Swin Transformer v2 (Liu et al., 2022) and models with normalised queries have it. */
export const logitScales = option({
  name: 'logitScales',
  title: 'Logit scales',
  help: 'each head multiplies its scores by a scale of its own, as a learned temperature does; random ones here',
  flag: '--logit-scales',
  group: SCORES,
  control: { kind: 'switch' },
  example: 'on',
  ...headNumbers('logitScales', 'logitScales', (numHeads, seed) =>
    normals(numHeads, seed + 8).map((value) => 2 ** value),
  ),
  file: { argument: 'logitScales', about: 'one a head', known: /^logit_?scales?$/i, as: 'floats' },
  condition: { name: 'LOGIT_SCALES', about: 'multiply the scores of each head by a scale of its own' },
});

export const logitScalesStep: ScoreStep = {
  field: 'logitScales',
  bends: true,
  onRow(_, { logitScales: scales }, { head }) {
    const scale = scales?.[head] ?? NaN;
    return { score: (before) => scale * before, slope: () => scale };
  },
  bound: (before, _, { data }) => before * Math.max(...Array.from(data['logitScales'] ?? [], Math.abs)),
};
