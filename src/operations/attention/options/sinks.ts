import { normals } from '../../../core/random.ts';
import { perHead } from './arguments.ts';
import { option, SCORES } from './option.ts';

export const sinks = option({
  name: 'sinks',
  title: 'Sinks',
  help: 'a sink logit per head in the denominator',
  flag: '--sinks',
  group: SCORES,
  control: { kind: 'switch' },
  example: 'on',
  arguments: {
    sinks: (value, { numHeads }) => ({ fields: { sinks: true }, data: perHead('sinks', value, numHeads) }),
  },
  file: { argument: 'sinks', about: 'one a head', known: /^sinks?$/i, as: 'floats' },
  condition: { name: 'SINKS', about: 'put a sink logit of each head into the denominator' },
  data: {
    name: 'sinks',
    dtype: 'f32',
    packed: true,
    count: ({ numHeads }) => numHeads,
    values: ({ numHeads }, seed) => normals(numHeads, seed + 3),
  },
  random: () => ({ sinks: true }),
});
