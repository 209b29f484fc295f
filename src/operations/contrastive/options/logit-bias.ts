import { requireFinite } from '../../../core/checks.ts';
import { f32 } from '../../../core/plan.ts';
import { LOGITS, optionOfSome } from './option.ts';

export const logitBias = optionOfSome('a softmax does not change when all logits do', {
  name: 'logitBias',
  title: 'Logit bias',
  help: 'siglip, bce: a number that is added to every logit; SigLIP starts at -10',
  flag: '--logit-bias <x>',
  group: LOGITS,
  control: { kind: 'number', least: -1000, most: 1000 },
  unset: 'none',
  example: '-4',
  exampleWith: { loss: 'siglip' },
  check: ({ logitBias: bias = 0 }) => {
    requireFinite('logitBias', bias);
  },
  uniforms: ({ logitBias: bias = 0 }) => [f32('logit_bias', bias)],
  random: (draw) => ({ logitBias: draw.oneOf(-10, 1) }),
  anySize: true,
});
