import { ShapeError } from '../../../core/errors.ts';
import { DTYPE } from '../../../core/option-dtype.ts';
import { describe } from '../../../core/tensor.ts';
import type { AttentionProblem } from '../problem.ts';
import { option, PRECISION } from './option.ts';

export const dtype = option({
  ...DTYPE,
  help: 'what query, key, value and output are held in: f32, or f16 where the device has shader-f16',
  group: PRECISION,
});

export const scorePrecision = option({
  name: 'scorePrecision',
  title: 'Scores held in',
  help: 'what each score is held in: one f32, or the sum of two (two-term), which keeps gradients exact at scores of hundreds and takes twice the time',
  flag: '--score-precision <type>',
  group: PRECISION,
  control: {
    kind: 'choice',
    choices: [
      { value: 'f32', label: 'One f32' },
      { value: 'two-term', label: 'The sum of two f32' },
    ],
  },
  example: 'two-term',
  apply: (value): Partial<AttentionProblem> => (value === 'two-term' ? { scorePrecision: 'two-term' } : {}),
  arguments: {
    scorePrecision(value) {
      if (value === 'two-term') return { fields: { scorePrecision: value } };
      // `auto` depends on the size of the data: `call.ts` decides.
      if (value === 'auto' || value === 'f32') return { fields: {} };
      throw new ShapeError('scorePrecision', "'auto', 'f32' or 'two-term'", describe(value));
    },
  },
  anySize: true,
  condition: { name: 'TWO_TERM', about: 'scores are sums of two f32, for logits of hundreds' },
  random: () => ({ scorePrecision: 'two-term' }),
  check({ scorePrecision: given }) {
    const known: readonly unknown[] = [undefined, 'two-term'];
    if (known.includes(given)) return;
    throw new ShapeError('scorePrecision', "'two-term', or absent for f32", String(given));
  },
});
