import { ShapeError } from './errors.ts';
import { shared } from './option-kernel.ts';

/** The option of a family whose tensors may be f16; the family adds `help` and `group`. */
export const DTYPE = {
  name: 'dtype',
  title: 'Stored as',
  flag: '--dtype <type>',
  control: {
    kind: 'choice',
    choices: [
      { value: 'f32', label: 'f32' },
      { value: 'f16', label: 'f16: half the bytes' },
    ],
  },
  example: 'f16',
  apply: (value: string): { readonly dtype?: 'f16' } => (value === 'f16' ? { dtype: 'f16' } : {}),
  // The tensors of a call say it.
  arguments: {},
  condition: shared('F16'),
  check({ dtype }: { readonly dtype?: unknown }) {
    const known: readonly unknown[] = [undefined, 'f16'];
    if (!known.includes(dtype)) throw new ShapeError('dtype', "'f16', or absent for f32", String(dtype));
  },
} as const;
