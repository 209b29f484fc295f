import type { Deviation } from './deviation.ts';
import type { DeviceProfile } from './device-profile.ts';
import type { Arrays, Variant } from './variant.ts';

/** *What* is computed. */
export interface Operation<Problem> {
  readonly id: string;
  readonly title: string;
  /** In teaching order; the first is the naive baseline. */
  readonly variants: readonly Variant<Problem>[];
  /**
   * Ids of the variants to run where none is named, the best first; the first that is supported runs.
   * Left out, it is the list from its end.
   */
  readonly preferred?: (problem: Problem, device: DeviceProfile) => readonly string[];
  /** Useful floating-point operations. */
  flops(problem: Problem): number;
  /** Seeded random inputs. */
  inputs(problem: Problem, seed: number): Arrays;
  /**
   * Compares outputs with the float64 reference. Large problems are checked on a sample of rows
   * whose reference costs about `flopBudget`.
   */
  verify(problem: Problem, inputs: Arrays, outputs: Arrays, flopBudget: number): Deviation;
}
