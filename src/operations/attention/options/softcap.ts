import { requireFinite } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { shared } from '../../../core/option-kernel.ts';
import { f32 } from '../../../core/plan.ts';
import { option, SCORES } from './option.ts';
import type { ScoreStep } from './score-step.ts';

export const softcap = option({
  name: 'softcap',
  title: 'Softcap',
  help: 'keep scores between -x and x, by x · tanh(score / x): 50, for example',
  flag: '--softcap <x>',
  group: SCORES,
  control: { kind: 'number', above: 0, most: 1e6 },
  unset: 'none',
  example: '30',
  condition: shared('SOFTCAP'),
  uniforms: (problem) => [f32('softcap', problem.softcap ?? 0)],
  anySize: true,
  random: (draw) => ({ softcap: draw.oneOf(2, 30) }),
  check(problem) {
    if (problem.softcap === undefined) return;
    requireFinite('softcap', problem.softcap);
    if (problem.softcap <= 0) throw new ShapeError('softcap', 'a positive number', String(problem.softcap));
  },
});

export const softcapStep: ScoreStep = {
  field: 'softcap',
  bends: true,
  onRow: ({ softcap: cap = NaN }) => ({
    score: (before) => cap * Math.tanh(before / cap),
    slope: (before) => 1 - Math.tanh(before / cap) ** 2,
  }),
  bound: (before, { softcap: cap = NaN }) => Math.min(before, cap),
};
