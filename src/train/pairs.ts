import { uniformStream } from '../core/random.ts';
import { ShapeError } from '../core/errors.ts';
import { drawPicture, PIXEL_VALUES } from './picture.ts';
import { readWords, VOCABULARY } from './words.ts';
import { DESCRIPTIONS, wordsOf } from './world.ts';

/** A picture and its description, both by number: they are drawn and read when a chunk of them is encoded. */
export interface Pair {
  readonly description: number;
  /** Seed of the picture's noise and exact place, in which pictures of one description differ. */
  readonly seed: number;
}

/** Descriptions that training never sees: recall is measured on them. */
export const HELD_OUT = 512;

/** The most pairs that a batch can have without repeating a description. */
export const MAX_BATCH = DESCRIPTIONS - HELD_OUT;

/** Where a training run stands in its data. */
export interface Place {
  readonly epoch: number;
  readonly at: number;
}

/** All pairs of a seed: those to learn from, in an order of their own for each epoch, and those held out. */
export class Pairs {
  /** Each of a description of its own. */
  readonly heldOut: readonly Pair[];
  private readonly descriptions: readonly number[];
  private order: { readonly epoch: number; readonly descriptions: readonly number[] } | undefined;

  constructor(private readonly seed: number) {
    const all = shuffled(
      Array.from({ length: DESCRIPTIONS }, (_, description) => description),
      mixed(seed, 0x9e37),
    );
    this.heldOut = all.slice(0, HELD_OUT).map((description) => this.pair(description, 0xfeed));
    this.descriptions = all.slice(HELD_OUT);
  }

  /**
   * The batch that begins at a place, no description of it twice, and the place behind it. An epoch's rest that is smaller than
   * a batch is left out.
   * @throws ShapeError if there are not so many pairs
   */
  batch(place: Place, size: number): { readonly pairs: readonly Pair[]; readonly next: Place } {
    if (!(size <= MAX_BATCH))
      throw new ShapeError('batch', `at most the ${MAX_BATCH} pairs of the data`, `${size}`);
    const fits = place.at + size <= MAX_BATCH;
    const { epoch, at } = fits ? place : { epoch: place.epoch + 1, at: 0 };
    const descriptions = this.inEpoch(epoch).slice(at, at + size);
    return {
      pairs: descriptions.map((description) => this.pair(description, epoch)),
      next: { epoch, at: at + size },
    };
  }

  private pair(description: number, epoch: number): Pair {
    return { description, seed: mixed(mixed(this.seed, epoch), description) };
  }

  private inEpoch(epoch: number): readonly number[] {
    if (this.order?.epoch !== epoch) {
      this.order = { epoch, descriptions: shuffled(this.descriptions, mixed(this.seed, epoch + 1)) };
    }
    return this.order.descriptions;
  }
}

/** Pictures of pairs, [rows, SIDE, SIDE, 3]. */
export function picturesOf(pairs: readonly Pair[]): Float32Array {
  const pixels = new Float32Array(pairs.length * PIXEL_VALUES);
  for (const [row, { description, seed }] of pairs.entries()) {
    pixels.set(drawPicture(description, seed), row * PIXEL_VALUES);
  }
  return pixels;
}

/** Words of texts, [rows, words of the vocabulary]. */
export function countsOf(texts: readonly string[]): Float32Array {
  const counts = new Float32Array(texts.length * VOCABULARY.length);
  for (const [row, text] of texts.entries()) counts.set(readWords(text).counts, row * VOCABULARY.length);
  return counts;
}

export const textsOf = (pairs: readonly Pair[]): string[] =>
  pairs.map(({ description }) => wordsOf(description));

/** Two numbers as one seed. */
const mixed = (a: number, b: number): number =>
  (Math.imul(a ^ (b << 7), 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35)) >>> 0;

/** Fisher–Yates. */
function shuffled(values: readonly number[], seed: number): number[] {
  const uniform = uniformStream(seed);
  const order = [...values];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
