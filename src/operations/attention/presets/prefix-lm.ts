import { preset } from './preset.ts';
import { requireInteger, requireOffset, type Aligned } from './text.ts';

export interface PrefixLm extends Aligned {
  /** Tokens of the prefix. */
  readonly prefix: number;
}

/** Raffel et al., "Exploring the limits of transfer learning" (2020), section 3.2.1. */
export const prefixLm = preset<PrefixLm>({
  id: 'prefix-lm',
  title: 'Prefix LM',
  idea: 'Everyone sees the whole prefix; what follows it is causal.',
  example: { prefix: 128 },
  check(params) {
    requireInteger('prefix', params.prefix, 0);
    requireOffset(params);
  },
  modifiers: ({ prefix, offset = 0 }) => ({
    maskMod: `return (kv < ${prefix}u) | (i32(kv) - i32(q) <= ${offset});`,
  }),
  twins: ({ prefix, offset = 0 }) => ({
    maskMod: (_b, _h, q, kv) => kv < prefix || kv <= q + offset,
  }),
});
