import { requireFinite } from '../../../core/checks.ts';
import { f32 } from '../../../core/plan.ts';
import { LOGITS, optionOfSome } from './option.ts';

export const margin = optionOfSome('it needs a softmax with one positive', {
  name: 'margin',
  title: 'Margin',
  help: 'taken from the similarity of each positive before scaling, so that it has to be more similar by as much: 0.2 of a cosine, for example',
  flag: '--margin <x>',
  group: LOGITS,
  control: { kind: 'number', least: -100, most: 100 },
  unset: 'none',
  example: '0.2',
  check: ({ margin: taken = 0 }) => {
    requireFinite('margin', taken);
  },
  uniforms: ({ margin: taken = 0 }) => [f32('margin', taken)],
  random: (draw) => ({ margin: draw.oneOf(0.2, -0.1) }),
  anySize: true,
});
