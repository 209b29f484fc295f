import { medianSorted } from 'simple-statistics';
import type { Comparison, Verdict } from './report.ts';

/** A median with its confidence interval. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The median, and its 95 % interval from order statistics. This assumes nothing about the distribution, and drops no
 * sample. Fewer than 6 samples cannot give 95 %; their interval is the whole range.
 */
export function estimate(samples: readonly number[]): Estimate {
  const sorted = [...samples].sort((a, b) => a - b);
  const below = ranksBelow(sorted.length);
  return {
    median: medianSorted(sorted),
    low: sorted[below] ?? NaN,
    high: sorted[sorted.length - 1 - below] ?? NaN,
  };
}

/**
 * The most samples that can be left out at each end, such that the true median still lies between the others with a
 * probability of 95 %. The number of samples below it is binomial(n, ½).
 */
function ranksBelow(n: number): number {
  let term = 0.5 ** n;
  let tail = term;
  let ranks = 0;
  while (2 * tail <= 0.05 && ranks < n) {
    ranks++;
    term *= (n - ranks + 1) / ranks;
    tail += term;
  }
  return Math.max(0, ranks - 1);
}

/** A relative difference below this counts as none. */
export const NOTICEABLE = 0.03;

/** Fewest rounds that may end in a verdict other than `cannot tell`. */
export const FEWEST_ROUNDS = 3;

/** Compares two variants that were measured in the same rounds. Times are paired by round. */
export function versus(baselineMs: readonly number[], ms: readonly number[]): Comparison {
  const rounds = Math.min(baselineMs.length, ms.length);
  const ratios = Array.from({ length: rounds }, (_, i) => (baselineMs[i] ?? NaN) / (ms[i] ?? NaN));
  const { median, low, high } = estimate(ratios);
  return { ratio: median, low, high, verdict: rounds < FEWEST_ROUNDS ? 'cannot tell' : verdict(low, high) };
}

/** The verdict on a speed-up that lies between `low` and `high`. */
export function verdict(low: number, high: number): Verdict {
  if (low > 1 + NOTICEABLE) return 'faster';
  if (high < 1 - NOTICEABLE) return 'slower';
  if (low >= 1 - NOTICEABLE && high <= 1 + NOTICEABLE) return 'same';
  return 'cannot tell';
}
