import type { Arrays, Params } from './variant.ts';

/** Random choices for property tests, which repeat a failure and shrink it. */
export interface Draw {
  /** A whole number from `least` to `most`. */
  int(least: number, most: number): number;
  oneOf<T>(...choices: readonly T[]): T;
}

/** A problem at which kernels easily go wrong. */
export interface Corner<Problem extends object = object> {
  readonly problem: Partial<Problem>;
  /** Inputs for this problem; those that it leaves out are the seeded ones. */
  readonly inputs?: (seeded: Arrays) => Arrays;
  /**
   * Parameters to run with, one set after another; those that a set leaves out are the variant's defaults. A set is for
   * the variants that have all of it. A variant that has none of the sets runs with the room's `quick`.
   */
  readonly params?: readonly Params[];
  /** Holds every variant to FlashAttention's own rule: an error of at most twice the first variant's. */
  readonly closeToNaive?: true;
}

/** Where the kernels of an operation easily go wrong. Each variant is tested on all of it. */
export interface Corners<Problem extends object = object> {
  /** Parameters that compile in a moment, whatever the device. A variant takes those that it has. */
  readonly quick: Params;
  /** By name. At `primes` no tile fits, nothing is hidden, and the result depends on every workgroup of every pass. */
  readonly corners: Readonly<Record<string, Corner<Problem>>> & { readonly primes: Corner<Problem> };
  /** Problems of sizes that users have: more than a CPU can run, but parameters have to fit them. */
  readonly large: readonly Partial<Problem>[];
  /** A problem at random: extents first, then options, each of which is left out if the others exclude it. */
  readonly random: (draw: Draw) => readonly Partial<Problem>[];
}

/** Corners that consist of problems alone. */
export const plainCorners = <Problem extends object>(
  problems: Readonly<Record<string, Partial<Problem>>>,
): Record<string, Corner<Problem>> =>
  Object.fromEntries(Object.entries(problems).map(([name, problem]) => [name, { problem }]));
