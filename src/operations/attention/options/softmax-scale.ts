import { requireFinite } from '../../../core/checks.ts';
import { f32 } from '../../../core/plan.ts';
import { option, SCORES } from './option.ts';
import type { ScoreStep } from './score-step.ts';

export const softmaxScale = option({
  name: 'softmaxScale',
  title: 'Softmax scale',
  help: 'scores are this times the dot product of query and key: 0.125, for example',
  flag: '--softmax-scale <x>',
  group: SCORES,
  control: { kind: 'number', least: -1e6, most: 1e6 },
  unset: '1/√head dim',
  example: '0.5',
  uniforms: (problem) => [
    f32('softmax_scale', problem.softmaxScale),
    f32('softmax_scale_rest', problem.softmaxScale - Math.fround(problem.softmaxScale)),
  ],
  check: (problem) => requireFinite('softmaxScale', problem.softmaxScale),
});

export const scaleStep: ScoreStep = {
  field: 'softmaxScale',
  onRow: ({ softmaxScale: scale }) => ({ score: (dot) => scale * dot, slope: () => scale }),
  bound: (dot, { softmaxScale: scale }) => Math.abs(scale) * dot,
};
