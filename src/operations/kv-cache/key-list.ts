import type { Encoded } from './codecs/codec.ts';
import type { CacheData } from './data.ts';

/** The keys that a method has chosen for each key/value head. */
export interface KeyList {
  /** Positions in order, head by head: those of the first listed part, then those of the next. −1 is no key. */
  readonly positions: Int32Array;
  /** The place of each head's first position, and the end of the last, where heads have different numbers of keys. */
  readonly starts?: Uint32Array;
  /** Added to the score of each key, where the part is weighted. */
  readonly logWeights?: Float32Array;
  /** Rows that keys before a listed one are merged into. Left out, those keys are forgotten. */
  readonly merged?: Merged;
  /** The contents of the buffers that keys are chosen by. */
  readonly beside?: Encoded;
}

/**
 * Runs of neighbouring keys that have become one row each. The last key of a run is the one on the list, so that no query sees a row
 * before all of its keys are there.
 */
export interface Merged extends Pick<CacheData, 'key' | 'value'> {
  /** The part of each key in the row that it is merged into, [groups, seqLenKV]: 1 in all over a run. */
  readonly shares: Float64Array;
  /** The importance that the last row of each group has gathered: the next key is merged into it by that. */
  readonly gathered: Float32Array;
}

/** The positions of the keys that each head has, without those that are none. */
export function keptPositions({ positions, starts }: KeyList, groups: number): number[][] {
  const each = positions.length / groups;
  return Array.from({ length: groups }, (_, group) => {
    const [first, end] = starts ? [starts[group], starts[group + 1]] : [group * each, (group + 1) * each];
    return [...positions.subarray(first, end)].filter((position) => position >= 0);
  });
}
