import { ShapeError } from '../../../core/errors.ts';
import { shared } from '../../../core/option-kernel.ts';
import { describe } from '../../../core/tensor.ts';
import type { AttentionProblem } from '../problem.ts';
import { option, PRECISION } from './option.ts';

export const dtype = option({
  name: 'dtype',
  title: 'Stored as',
  help: 'what query, key, value and output are held in: f32, or f16 where the device has shader-f16',
  flag: '--dtype <type>',
  group: PRECISION,
  control: {
    kind: 'choice',
    choices: [
      { value: 'f32', label: 'f32' },
      { value: 'f16', label: 'f16: half the bytes' },
    ],
  },
  example: 'f16',
  apply: (value): Partial<AttentionProblem> => (value === 'f16' ? { dtype: 'f16' } : {}),
  // The tensors of a call say it.
  arguments: {},
  condition: shared('F16'),
  check({ dtype: given }) {
    const known: readonly unknown[] = [undefined, 'f16'];
    if (!known.includes(given)) throw new ShapeError('dtype', "'f16', or absent for f32", String(given));
  },
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
