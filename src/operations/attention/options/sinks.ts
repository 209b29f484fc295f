import { normals } from '../../../core/random.ts';
import { option, SCORES } from './option.ts';
import { headNumbers } from './per-head.ts';

export const sinks = option({
  name: 'sinks',
  title: 'Sinks',
  help: 'each head has a sink: one more logit in the softmax’s denominator, without a value',
  flag: '--sinks',
  group: SCORES,
  control: { kind: 'switch' },
  example: 'on',
  ...headNumbers('sinks', 'sinks', (numHeads, seed) => normals(numHeads, seed + 3)),
  file: { argument: 'sinks', about: 'one a head', known: /^sinks?$/i, as: 'floats' },
  condition: { name: 'SINKS', about: 'put a sink logit of each head into the denominator' },
});
