import { ShapeError } from '../../../core/errors.ts';
import { shared } from '../../../core/option-kernel.ts';
import { LOGITS, option } from './option.ts';

export const dtype = option({
  name: 'dtype',
  title: 'Stored as',
  help: 'what x and y are held in: f32, or f16 where the device has shader-f16. Sums and gradients are f32',
  flag: '--dtype <type>',
  group: LOGITS,
  control: {
    kind: 'choice',
    choices: [
      { value: 'f32', label: 'f32' },
      { value: 'f16', label: 'f16: half the bytes' },
    ],
  },
  example: 'f16',
  apply: (value): { dtype?: 'f16' } => (value === 'f16' ? { dtype: 'f16' } : {}),
  // The tensors of a call say it.
  arguments: {},
  condition: shared('F16'),
  check({ dtype: given }) {
    const known: readonly unknown[] = [undefined, 'f16'];
    if (!known.includes(given)) throw new ShapeError('dtype', "'f16', or absent for f32", String(given));
  },
});
