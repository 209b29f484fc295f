import { plain } from '../codecs/plain.ts';
import type { CacheMethod } from '../method.ts';
import { whole, type Forms } from '../part.ts';

/** Keys and values in f32. */
export const EXACT: Forms = { keys: plain, values: plain };

export const exact: CacheMethod = {
  id: 'exact',
  kind: 'format',
  title: 'Exact',
  idea: 'Keys and values as they are, in f32: what the others are held against.',
  source: 'Vaswani et al., "Attention Is All You Need" (2017)',
  params: [],
  parts: (problem) => whole(problem, EXACT),
};
