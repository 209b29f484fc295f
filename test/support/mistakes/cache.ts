import type { Mistake } from './mistake.ts';

/** Mistakes in the kernels that read caches as they are encoded. */
export const CACHE: readonly Mistake[] = [
  {
    name: 'a causal diagonal off by one',
    file: 'cache/attend.wesl',
    from: 'position <= token + params.reach',
    to: 'position < token + params.reach',
    operation: 'kv-cache',
    corner: 'exact causal grouped',
    variant: 'split',
  },
  {
    name: 'slots past the end of a cache that are seen',
    file: 'cache/attend.wesl',
    from: 'min((split + 1) * share, slots)',
    to: '(split + 1) * share',
    operation: 'kv-cache',
    corner: 'primes',
    variant: 'split',
  },
  {
    name: 'sums that are not rescaled when the maximum moves',
    file: 'cache/attend.wesl',
    from: 'sums[r * FOURS + f] *= shrink;',
    to: '',
    operation: 'kv-cache',
    corner: 'huge logits',
    variant: 'split',
  },
  {
    name: 'a row that sees nothing, and has weights all the same',
    file: 'cache/attend.wesl',
    from: 'select(exp(score - base_of(top)), 0.0, score == LOWEST)',
    to: 'exp(score - top)',
    operation: 'kv-cache',
    corner: 'more queries than keys: rows that see nothing',
    variant: 'split',
  },
  {
    name: 'scales of the first block for all keys',
    file: 'cache/lib/keys/by_channel.wesl',
    from: 'if row % KEY_TOKENS == 0 {',
    to: 'if row == 0 {',
    operation: 'kv-cache',
    corner: 'kivi-4',
    variant: 'split',
  },
];
