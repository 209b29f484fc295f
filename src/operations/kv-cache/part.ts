import type { Codec } from './codecs/codec.ts';
import type { CacheProblem } from './problem.ts';

/** Some keys of each key/value head with their values, in one form. A cache consists of one part or several. */
export interface Part {
  /** Keys of each key/value head in it. */
  readonly slots: number;
  /** The position of the first, where keys lie in order of position. */
  readonly first: number;
  /** Keys lie as a list of positions says, which is part of the cache. */
  readonly listed?: true;
  readonly keys: Codec;
  readonly values: Codec;
}

/** The forms of keys and values. */
export type Forms = Pick<Part, 'keys' | 'values'>;

/** All keys in one form. */
export const whole = ({ seqLenKV }: CacheProblem, forms: Forms): Part[] => [
  { slots: seqLenKV, first: 0, ...forms },
];

/**
 * The last keys as they are, and those before in another form.
 * @param window how many keys are left as they are, at least
 * @param block keys that are encoded together: what no block is full of is left as it is, too
 */
export function withWindow(
  { seqLenKV }: CacheProblem,
  { window, block }: { readonly window: number; readonly block: number },
  forms: Forms,
  recent: Forms,
): Part[] {
  const coded = Math.floor(Math.max(0, seqLenKV - window) / block) * block;
  return [
    { slots: coded, first: 0, ...forms },
    { slots: seqLenKV - coded, first: coded, ...recent },
  ].filter(({ slots }) => slots > 0);
}
