import type { ErrorMap } from './error-map.ts';
import type { DeviceProfile } from './device-profile.ts';
import type { Plan } from './plan.ts';

/** A parameter of a variant that tuning may change. */
export interface ParamSpec {
  readonly name: string;
  /** What it is, in a few words. */
  readonly about: string;
  /** Values worth trying, ascending. */
  readonly choices: readonly number[];
}

/** Chosen values by parameter name. */
export type Params = Readonly<Record<string, number>>;

/** *How* an operation is computed. */
export interface Variant<Problem> {
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly idea: string;
  readonly params: readonly ParamSpec[];
  /** Good parameters before any tuning. */
  defaults(problem: Problem, device: DeviceProfile): Params;
  /** `true`, or the reason in words. */
  supports(problem: Problem, params: Params, device: DeviceProfile): true | string;
  plan(problem: Problem, params: Params): Plan;
}

/** Named flat arrays: the inputs or outputs of a problem, keyed as in the plan's buffers. `Uint16Array` is f16 bits. */
export type Arrays = Readonly<Record<string, Float32Array | Uint32Array | Uint16Array>>;
export type FloatArrays = Readonly<Record<string, Float32Array>>;

/** How far a result is from the float64 reference. */
export interface Deviation {
  readonly maxAbs: number;
  /** ‖out − ref‖₂ / ‖ref‖₂, the largest over the outputs. */
  readonly relL2: number;
  /** What `relL2` may be at most. */
  readonly bound: number;
  /** Every output was within its bound and nothing was NaN. */
  readonly ok: boolean;
  /** What was compared, in words: `all 4096 rows`, or `64 of 4096 rows`. */
  readonly coverage: string;
  /** Where the output that is furthest off is off, if it is not ok. */
  readonly map?: ErrorMap;
}

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
  verify(problem: Problem, inputs: Arrays, outputs: FloatArrays, flopBudget: number): Deviation;
}
