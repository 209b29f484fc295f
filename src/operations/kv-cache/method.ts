import type { CacheData } from './data.ts';
import type { KeyList } from './key-list.ts';
import type { Formed, Part } from './part.ts';
import type { CacheProblem } from './problem.ts';

/** A parameter of a method. */
export interface CacheParam {
  readonly name: string;
  readonly about: string;
  readonly initial: number;
  /** All values that there are; left out, any number from `least` up. */
  readonly choices?: readonly number[];
  readonly least?: number;
  readonly most?: number;
  /** Whole numbers only. */
  readonly whole?: true;
}

/** A way to keep less of a key/value cache: other numbers for all keys (a format), or some of the keys (a selection). */
export interface CacheMethod {
  readonly id: string;
  readonly kind: 'format' | 'selection';
  readonly title: string;
  /** The idea in a sentence or two. */
  readonly idea: string;
  /** The idea as a formula, in a line. x is a key k or a value v, q a query, P the probabilities of attention, a hat what is left. */
  readonly formula: string;
  /** Who published it: authors, title, year. */
  readonly source: string;
  readonly params: readonly CacheParam[];
  /** `true`, or the reason why it cannot encode such a cache. */
  supports?(problem: CacheProblem): true | string;
  /** The forms that a format gives keys and values, for those that other methods can take them from. */
  forms?(problem: CacheProblem): Formed;
  /**
   * The parts that a cache of this problem is made of, as plain data: how many keys each has, and in which form.
   * @param given forms in place of the method's own
   */
  parts(problem: CacheProblem, given?: Partial<Formed>): readonly Part[];
  /** The keys of the listed parts. */
  choose?(problem: CacheProblem, data: CacheData): KeyList;
}
