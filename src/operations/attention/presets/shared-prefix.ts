import { documentOf, sameDocument } from './document.ts';
import { preset } from './preset.ts';
import { requireInteger, requireStarts } from './text.ts';

export interface SharedPrefix {
  /** Tokens of the prefix. */
  readonly prefix: number;
  /** First tokens of all continuations but the first, which starts where the prefix ends. */
  readonly starts: readonly number[];
}

export const sharedPrefix = preset<SharedPrefix>({
  id: 'shared-prefix',
  title: 'Shared prefix',
  idea: 'Several continuations of one prompt, packed behind it: each is causal, and sees the prompt and itself.',
  example: { prefix: 128, starts: [192, 256] },
  check({ prefix, starts }) {
    requireInteger('prefix', prefix, 0);
    requireStarts('starts', starts, prefix + 1);
  },
  modifiers: ({ prefix, starts }) => ({
    maskMod: [...sameDocument(starts), `return (kv <= q) & (same | (kv < ${prefix}u));`].join('\n'),
  }),
  twins: ({ prefix, starts }) => ({
    maskMod: (_b, _h, q, kv) => kv <= q && (kv < prefix || documentOf(starts, q) === documentOf(starts, kv)),
  }),
});
