import { requireFinite } from '../../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../../core/errors.ts';
import { shared } from '../../../core/option-kernel.ts';
import { f32 } from '../../../core/plan.ts';
import { LOGITS, optionOfSome } from './option.ts';

export const softcap = optionOfSome('it bounds the logits of a softmax over candidates', {
  name: 'softcap',
  title: 'Softcap',
  help: 'keep logits between -x and x, by x · tanh(logit / x), as the last layer of some language models does: 30, for example',
  flag: '--softcap <x>',
  group: LOGITS,
  control: { kind: 'number', above: 0, most: 1e6 },
  unset: 'none',
  example: '30',
  check({ softcap: cap, margin, falseNegativeMargin, metrics }) {
    if (cap === undefined) return;
    requireFinite('softcap', cap);
    if (cap <= 0) throw new ShapeError('softcap', 'a positive number', String(cap));
    for (const [name, value] of Object.entries({ margin, falseNegativeMargin, metrics })) {
      if (value !== undefined && value !== false) {
        throw new UnsupportedError(
          `softcap with ${name} makes no sense: it is in units of uncapped logits`,
          'softcap',
        );
      }
    }
  },
  condition: shared('SOFTCAP'),
  uniforms: ({ softcap: cap = 0 }) => [f32('softcap', cap)],
  random: (draw) => ({ softcap: draw.oneOf(3, 30) }),
  anySize: true,
});
