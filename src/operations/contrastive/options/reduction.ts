import { REDUCTIONS, type Reduction } from '../problem.ts';
import { LOSS, option } from './option.ts';

const isReduction = (text: string): text is Reduction => REDUCTIONS.some((known) => known === text);

export const reduction = option({
  name: 'reduction',
  title: 'Reduction',
  help: 'what becomes of the losses of the rows: their mean, their sum, or none, which keeps one loss a row',
  flag: '--reduction <name>',
  group: LOSS,
  control: { kind: 'choice', choices: REDUCTIONS.map((value) => ({ value, label: value })) },
  example: 'sum',
  apply: (value) => (isReduction(value) ? { reduction: value } : {}),
  random: (draw) => ({ reduction: draw.oneOf(...REDUCTIONS) }),
  anySize: true,
});
