import type { CodeBuffer, Codec } from './codecs/codec.ts';
import { plain } from './codecs/plain.ts';

/** Some keys of each key/value head with their values, in one form. A cache consists of one part or several. */
export interface Part {
  /** Keys of each key/value head that queries meet, in the mean where heads have different numbers of them. */
  readonly slots: number;
  /** The position of the first, where keys lie in order of position. */
  readonly first: number;
  /** Keys lie as a list of positions says, which is part of the cache. */
  readonly listed?: true;
  /** Each key/value head has a number of listed keys of its own. */
  readonly uneven?: true;
  /** Listed keys have weights, which are added to their scores. */
  readonly weighted?: true;
  /** So many keys of each head lie in memory, in order of position, and the list picks some of them. Left out, those of the list alone. */
  readonly stored?: number;
  /** Buffers of the cache that keys are chosen by, and attention does not read. */
  readonly beside?: readonly CodeBuffer[];
  readonly keys: Codec;
  readonly values: Codec;
}

/** The forms of keys and values. */
export type Forms = Pick<Part, 'keys' | 'values'>;

/** Forms, and how many of the last keys stay in f32. */
export interface Formed extends Forms {
  readonly window?: number;
}

/** Keys and values in f32. */
export const EXACT: Forms = { keys: plain, values: plain };

/** Keys that are encoded together. */
const blockOf = ({ keys, values }: Forms): number => Math.max(keys.block ?? 1, values.block ?? 1);

/** Keys in some form, but for the last ones, which stay in f32: as many as the window has, and those that no block is full of. */
export function formed(slots: number, { window = 0, ...forms }: Formed, more: Partial<Part> = {}): Part[] {
  const block = blockOf(forms);
  const coded = Math.floor(Math.max(0, slots - window) / block) * block;
  return [
    { ...more, slots: coded, first: 0, ...forms },
    { ...more, slots: slots - coded, first: coded, ...EXACT },
  ].filter((part) => part.slots > 0);
}

/** Forms in which each key is encoded by itself, so that any of them can be read alone. @returns `true`, or the reason why not */
export function byRow({ window = 0, ...forms }: Formed): true | string {
  if (window > 0)
    return 'keys that are picked one by one, or have a budget for all heads, have no window: residual must be 0';
  return blockOf(forms) === 1 || 'keys that share scales are read together: choose a format by token';
}
