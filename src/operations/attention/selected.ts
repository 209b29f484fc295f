import type { AnyTensor } from '../../core/tensor.ts';

/**
 * Neighbouring keys that share a score, by the method of choice: few channels (InfiniGen), bounds (Quest) or means (ShadowKV) of
 * blocks, or hashes (MagicPIG).
 */
export const KEYS_OF_SCORE = { channels: 1, blocks: 16, landmarks: 16, lsh: 1 } as const;

export type ChoiceMethod = keyof typeof KEYS_OF_SCORE;

/** Hash tables of random hyperplanes: keys are sampled that share a bucket with the queries in two tables or more. */
export interface Hashing {
  /** Hyperplanes of a table, 1 to 16. */
  readonly bits: number;
  readonly tables: number;
  /** Seed of the hyperplanes. */
  readonly seed: number;
}

/** Keys are chosen: each key/value head of an entry has a list of those that its queries meet. The lists are an input, or made on the GPU. */
export interface Selection {
  /** Keys of a list, at most. */
  readonly slots: number;
  /** The lists have weights, which are added to scores. */
  readonly weighted?: true;
  /** The keys with the largest scores are chosen on the GPU, by this method; there is no list among the inputs. */
  readonly by?: ChoiceMethod;
  /** Method `lsh`. */
  readonly hashing?: Hashing;
  /** The summary of the keys that scores are made of is an input, or an output. Left out, each call makes it for itself. */
  readonly summary?: 'given' | 'returned';
  /** Blocks of keys in a summary that is given, where it is older than the last of them. */
  readonly blocks?: number;
}

/** Keys that the GPU chooses, as a call's argument asks for them. */
export interface ChooseArgument extends Partial<Hashing> {
  readonly method: ChoiceMethod;
  /** How many for each key/value head, at most. */
  readonly keys: number;
  /** [batch, numKVHeads, lines, blocks]: a summary that an earlier call returned. Keys behind its last block are always met. */
  readonly summary?: AnyTensor;
  /** The result has the summary of the keys, for calls to come. */
  readonly returnSummary?: boolean;
}

/** The part of a problem that says which keys there are. */
export interface Listed {
  readonly batch: number;
  readonly numKVHeads: number;
  readonly seqLenKV: number;
  readonly selected?: Selection;
}

/** Chosen keys as a call's argument has them. */
export interface SelectedArgument {
  /** [batch, numKVHeads, slots]; −1 ends a list. A key that is listed twice counts twice. */
  readonly indices: { readonly shape: readonly number[]; readonly data: Int32Array };
  /** [batch, numKVHeads, slots], added to scores: importance weights of keys that were sampled, as logarithms. */
  readonly logWeights?: { readonly shape: readonly number[]; readonly data: Float32Array };
}

/** Slots in which each row may meet a key. */
export const walkedSlots = ({ selected, seqLenKV }: Listed): number => selected?.slots ?? seqLenKV;

/** Numbers of one list: how many keys it has, then the keys; each with the bits of its weight. */
const wordsOf = (slots: number): number => 2 * (1 + slots);

/** Numbers of all lists. */
export const listSize = ({ batch, numKVHeads, selected }: Listed): number =>
  selected === undefined ? 0 : batch * numKVHeads * wordsOf(selected.slots);

/** Lists as the shaders read them. @param weightOf of a place in the indices */
export function packLists(
  slots: number,
  indices: ArrayLike<number>,
  weightOf: (at: number) => number = () => 0,
): Int32Array {
  const words = wordsOf(slots);
  const packed = new Int32Array((indices.length / slots) * words);
  const weights = new Float32Array(packed.buffer);
  for (let list = 0; list * slots < indices.length; list++) {
    let count = 0;
    for (; count < slots; count++) {
      const at = list * slots + count;
      const key = indices[at] ?? -1;
      if (key < 0) break;
      packed[list * words + 2 + 2 * count] = key;
      weights[list * words + 3 + 2 * count] = weightOf(at);
    }
    packed[list * words] = count;
  }
  return packed;
}

/** The slots of a group, the query heads of one key/value head, and what they hold. */
export interface Slots {
  readonly count: number;
  readonly keyIn: (slot: number) => number;
  /** The number that is added to scores in a slot. */
  readonly weightOf: (slot: number) => number;
}

/** @param group key/value head, counted over the batch */
export function slotsOfGroup(
  { selected, seqLenKV }: Listed,
  lists: ArrayLike<number> | undefined,
  group: number,
): Slots {
  if (selected === undefined) return { count: seqLenKV, keyIn: (slot) => slot, weightOf: () => 0 };
  const words = wordsOf(selected.slots);
  const own = Int32Array.from({ length: words }, (_, at) => lists?.[group * words + at] ?? 0);
  const weights = new Float32Array(own.buffer);
  return {
    count: own[0] ?? 0,
    keyIn: (slot) => own[2 + 2 * slot] ?? NaN,
    weightOf: (slot) => weights[3 + 2 * slot] ?? NaN,
  };
}
