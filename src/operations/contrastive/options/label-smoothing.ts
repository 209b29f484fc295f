import { ShapeError } from '../../../core/errors.ts';
import { f32 } from '../../../core/plan.ts';
import { LOSS, optionOfSome } from './option.ts';

export const labelSmoothing = optionOfSome(
  'it needs a distribution over candidates with one positive in it',
  {
    name: 'labelSmoothing',
    title: 'Label smoothing',
    help: 'the share of the target, 0 to 1, that is spread evenly over all columns; 0.1 leaves 0.9 to the positive',
    flag: '--label-smoothing <x>',
    group: LOSS,
    control: { kind: 'number', least: 0, most: 1 },
    unset: 'none',
    example: '0.1',
    check({ labelSmoothing: share = 0 }) {
      if (!Number.isFinite(share) || share < 0 || share > 1) {
        throw new ShapeError('labelSmoothing', 'a number from 0 to 1', String(share));
      }
    },
    condition: { name: 'SMOOTHING', about: 'spread a part of the target over all candidates' },
    uniforms: ({ labelSmoothing: share = 0 }) => [f32('smoothing', share)],
    random: (draw) => ({ labelSmoothing: draw.oneOf(0.1, 0.9) }),
    anySize: true,
  },
);
