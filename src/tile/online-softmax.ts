/**
 * The state of a softmax over the numbers seen so far: their maximum, and the sum of exp(z − maximum). Before the first
 * number it is −∞ and 0.
 * Milakov and Gimelshein, "Online normalizer calculation for softmax" (2018).
 */
export interface SoftmaxState {
  readonly peak: number;
  readonly total: number;
}

export const NOTHING_SEEN: SoftmaxState = { peak: -Infinity, total: 0 };

/** exp(z − peak), but 0 if z is −∞, so that no infinity is subtracted from another. */
export const weightOf = (z: number, peak: number): number => (z === -Infinity ? 0 : Math.exp(z - peak));

/** The state after more numbers. A number that is −∞ changes nothing. */
export function advance({ peak: before, total }: SoftmaxState, numbers: readonly number[]): SoftmaxState {
  const peak = Math.max(before, ...numbers);
  const shrunk = total * weightOf(before, peak);
  return { peak, total: numbers.reduce((sum, z) => sum + weightOf(z, peak), shrunk) };
}

/** The state of the numbers of two states. */
export function merge(a: SoftmaxState, b: SoftmaxState): SoftmaxState {
  const peak = Math.max(a.peak, b.peak);
  return { peak, total: a.total * weightOf(a.peak, peak) + b.total * weightOf(b.peak, peak) };
}

/** log Σ exp of a state's numbers. */
export const lseOf = ({ peak, total }: SoftmaxState): number =>
  total === 0 ? -Infinity : peak + Math.log(total);
