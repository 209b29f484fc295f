import type { ModifierTexts } from '../core/modifiers.ts';
import type { DeviceTensor } from '../core/device-tensor.ts';
import type { Params, Source } from '../core/variant.ts';
import type { ShaderSources } from '../core/plan.ts';
import type { OperationId, ProblemOf } from '../operations/index.ts';
import type { Result } from './report.ts';

/** One side of a comparison. Several sides may have the same variant, with other parameters or sources. */
export interface MeasureEntry {
  readonly variant: string;
  /** The name of its result. */
  readonly label?: string;
  /** Parameters that replace the variant's defaults. */
  readonly params?: Params;
  /**
   * Whether its result belongs to a sweep over tiles. Such a result is shown in a heat map, not beside other
   * variants.
   */
  readonly sweep?: boolean;
  /** WESL texts that replace shipped ones. */
  readonly sources?: ShaderSources;
  /** Modifiers that replace the problem's own, where the operation takes any. */
  readonly modifiers?: ModifierTexts;
  /** Its result of an earlier run of this problem, inputs and code. It stands for measuring: others are compared with it. */
  readonly kept?: Result;
}

/** One problem, and the variants to measure on it; by default all of the operation. */
export type MeasureCase = {
  readonly variants?: readonly string[];
  /** Parameters by variant id, which replace the variant's defaults. */
  readonly params?: Readonly<Record<string, Params>>;
  /** The sides of a comparison, in place of `variants` and `params`. The first one is the baseline. */
  readonly entries?: readonly MeasureEntry[];
  /** Fewest samples of a variant, in place of the plan's. For cases that take minutes. */
  readonly minSamples?: number;
  /** Inputs by the name of the plan's buffer. Inputs that are not given are seeded. */
  readonly inputs?: Readonly<Record<string, Source | DeviceTensor>>;
} & {
  [Id in OperationId]: { readonly operation: Id; readonly problem: Partial<ProblemOf<Id>> };
}[OperationId];

/** The cases to measure, and how long to measure them. */
export interface MeasurePlan {
  readonly cases: readonly MeasureCase[];
  /** Time in ms to sample one case, all its variants together. Default 4000. */
  readonly budgetMs?: number;
  /** Fewest samples of a variant, whatever the budget. Default 3. */
  readonly minSamples?: number;
  /** Most samples of a variant. Default 50. */
  readonly maxSamples?: number;
  /** Seed of the random inputs. Default 1. */
  readonly seed?: number;
  /** Keep every sample's time in the report. Default false. */
  readonly keepSamples?: boolean;
  /** Whether parameters that tuning has kept are used where none are given. Default true. */
  readonly tuned?: boolean;
  /** Whether yardstick and roofs are measured too. Default true. */
  readonly matmul?: boolean;
}

/** The progress of a long call. */
export interface Progress {
  readonly stage: 'compile' | 'run' | 'check' | 'calibrate' | 'measure' | 'matmul' | 'peaks' | 'tune';
  /** Fraction of the whole call that is done, 0 to 1. */
  readonly fraction: number;
  /** One line for people: `attention 8×1024×64 · flash · round 3`. */
  readonly message: string;
  /** A result that has been checked and not timed yet. */
  readonly checked?: Result;
  /** A result with its times, for tables and charts that fill while the call runs. */
  readonly result?: Result;
}
