import type { BoundProblem } from '../core/bind.ts';
import { planned, type Planned } from './planned.ts';

/** The size at which a variant runs out of memory. */
export interface Wall {
  readonly size: number;
  /** The largest size that fits; 0 if none does. */
  readonly last: number;
  /** The memory that it would need at `size`. */
  readonly planned: Planned;
}

/**
 * The memory wall: the smallest multiple of `step`, up to `most`, at which a variant's plan has a buffer of more than
 * `limitBytes`; `undefined` if there is none.
 * @throws UnsupportedError if the variant cannot compute the problem at all
 */
export function memoryWall(
  problemAt: (size: number) => BoundProblem,
  variant: string,
  limitBytes: number,
  { step, most }: { readonly step: number; readonly most: number },
): Wall | undefined {
  const at = (size: number) => planned(problemAt(size).variant(variant));
  const stops = (size: number) => at(size).largest.bytes > limitBytes;
  let [low, high] = [0, Math.floor(most / step)];
  if (high < 1 || !stops(high * step)) return undefined;
  // Buffers grow with the size, so this is a binary search between a size that fits and one that does not.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (stops(middle * step)) high = middle;
    else low = middle;
  }
  return { size: high * step, last: low * step, planned: at(high * step) };
}

/** The sizes that a variant can reach. */
export interface Reach {
  readonly variant: string;
  /** The largest size that fits; without a wall, the largest that was planned. */
  readonly last: number;
  readonly wall?: Wall;
}

/** Sizes whose plans have more passes than this are not tried: planning them takes too long for a page. */
const MANY_PASSES = 3000;

/**
 * Finds the sizes that a variant can reach. They are doubled from 64 up, until one does not fit or `most` is passed.
 * @param pause is awaited between sizes, so that a page stays responsive
 */
export async function reach(
  problemAt: (size: number) => BoundProblem,
  variant: string,
  limitBytes: number,
  { step, most }: { readonly step: number; readonly most: number },
  pause: () => Promise<void>,
): Promise<Reach> {
  let last = 0;
  for (let size = 64; size <= most; size *= 2) {
    await pause();
    const { largest, plan } = planned(problemAt(size).variant(variant));
    if (largest.bytes > limitBytes) {
      const wall = memoryWall(problemAt, variant, limitBytes, { step, most: size });
      return { variant, last: wall?.last ?? last, ...(wall && { wall }) };
    }
    last = size;
    if (plan.passes.length > MANY_PASSES) break;
  }
  return { variant, last };
}

/** Sizes for a series up to a wall: fractions of the last power of two before it, and the wall itself. */
export function sizesToWall(wall: number, fractions: readonly number[]): number[] {
  const before = 2 ** Math.ceil(Math.log2(wall) - 1);
  return [...fractions.map((fraction) => before * fraction), wall];
}
