import { preset } from './preset.ts';
import { requireOffset, type Aligned } from './text.ts';

export const causal = preset<Aligned>({
  id: 'causal',
  title: 'Causal',
  idea: 'A token sees itself and what came before.',
  example: {},
  check: requireOffset,
  modifiers: ({ offset = 0 }) => ({ maskMod: `return i32(kv) - i32(q) <= ${offset};` }),
  twins: ({ offset = 0 }) => ({ maskMod: (_b, _h, q, kv) => kv <= q + offset }),
});
