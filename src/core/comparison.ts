/** One output beside its reference. */
export interface Comparison {
  readonly actual: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
  /** Which output it is of. */
  readonly output?: string;
  /** The length of its rows, in values. Default 1. */
  readonly width?: number;
  /**
   * A lower bound of ‖expected‖₂, where the reference itself may vanish: a gradient that is 0 by
   * cancellation, say. The relative error is ‖actual − expected‖₂ / max(‖expected‖₂, floor).
   */
  readonly floor?: number;
}

/**
 * A sum that is smaller than this share of its terms has lost its digits to cancellation: a bound of 5e-6 or 1e-5 of the share is
 * a few roundings of a term, and no f32 kernel can promise less.
 */
export const CANCELLED = 0.05;
