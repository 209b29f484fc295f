import { ShapeError } from '../../../core/errors.ts';
import { f32 } from '../../../core/plan.ts';
import { LOSS, optionOfSome } from './option.ts';

export const zLoss = optionOfSome('it needs the log-sum-exp over all candidates', {
  name: 'zLoss',
  title: 'z-loss',
  help: 'add this times the square of the log-sum-exp to the loss of each row (and column), which keeps logits from drifting: 1e-4, for example',
  flag: '--z-loss <x>',
  group: LOSS,
  control: { kind: 'number', least: 0, most: 1000 },
  unset: 'none',
  example: '0.001',
  check({ zLoss: weight = 0 }) {
    if (!Number.isFinite(weight) || weight < 0) {
      throw new ShapeError('zLoss', 'a number from 0 up', String(weight));
    }
  },
  condition: { name: 'Z_LOSS', about: 'add the square of the lse to the loss' },
  uniforms: ({ zLoss: weight = 0 }) => [f32('z_loss', weight)],
  random: (draw) => ({ zLoss: draw.oneOf(0.001, 0.1) }),
  anySize: true,
});
