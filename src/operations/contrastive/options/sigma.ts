import { ShapeError } from '../../../core/errors.ts';
import { f32 } from '../../../core/plan.ts';
import { DEFAULT_SIGMA } from '../losses/dclw.ts';
import { LOSS, optionOfSome } from './option.ts';

export const sigma = optionOfSome('nothing else weighs the positives', {
  name: 'sigma',
  title: 'Sigma',
  help: 'dclw: the temperature of the positives’ weights, in units of similarity; at 0.25 they differ more than at 0.5',
  flag: '--sigma <x>',
  group: LOSS,
  control: { kind: 'number', above: 0, most: 1000 },
  unset: String(DEFAULT_SIGMA),
  example: '0.25',
  exampleWith: { loss: 'dclw' },
  check({ sigma: temperature = DEFAULT_SIGMA }) {
    if (!Number.isFinite(temperature) || temperature <= 0)
      throw new ShapeError('sigma', 'a positive number', String(temperature));
  },
  uniforms: ({ sigma: temperature = DEFAULT_SIGMA }) => [f32('sigma', temperature)],
  random: (draw) => ({ sigma: draw.oneOf(0.3, 1) }),
  anySize: true,
});
