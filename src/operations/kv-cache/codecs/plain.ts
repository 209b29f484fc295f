import { requireTyped } from '../../../core/checks.ts';
import type { Codec } from './codec.ts';

/** Rows of f32, as they are. */
export const plain: Codec = {
  reader: (side, width) => ({
    modules: side === 'key' ? { keys: 'cache/lib/keys/plain' } : { values: 'cache/lib/values/plain' },
    constants: side === 'key' ? { KEY_FOURS: width / 4 } : { VALUE_WEIGHTS: 1 },
  }),
  buffers: ({ groups, slots, width }) => [{ name: 'rows', dtype: 'f32', count: groups * slots * width }],
  encode: ({ values }) => ({ rows: Float32Array.from(values) }),
  decode: (encoded) => Float64Array.from(requireTyped(encoded, 'rows', Float32Array)),
};
