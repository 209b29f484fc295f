/**
 * A softmax over numbers that pass by: their maximum and the sum of exp(z − maximum). −∞ and 0 of nothing.
 * Milakov and Gimelshein, "Online normalizer calculation for softmax" (2018).
 */
export interface SoftmaxState {
  readonly peak: number;
  readonly total: number;
}

export const NOTHING_SEEN: SoftmaxState = { peak: -Infinity, total: 0 };

/** `exp(z − peak)`, and 0 where z is −∞: no infinity is subtracted from another. */
export const weightOf = (z: number, peak: number): number => (z === -Infinity ? 0 : Math.exp(z - peak));

/** The state with more numbers; those that are −∞ count for nothing. */
export function advance({ peak: before, total }: SoftmaxState, numbers: readonly number[]): SoftmaxState {
  const peak = Math.max(before, ...numbers);
  const shrunk = total * weightOf(before, peak);
  return { peak, total: numbers.reduce((sum, z) => sum + weightOf(z, peak), shrunk) };
}

/** Two states in one. */
export function merge(a: SoftmaxState, b: SoftmaxState): SoftmaxState {
  const peak = Math.max(a.peak, b.peak);
  return { peak, total: a.total * weightOf(a.peak, peak) + b.total * weightOf(b.peak, peak) };
}

/** `log Σ exp`. */
export const lseOf = ({ peak, total }: SoftmaxState): number =>
  total === 0 ? -Infinity : peak + Math.log(total);
