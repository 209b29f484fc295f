import type { Modifiers } from '../operations/attention/presets/preset.ts';
import type { Arrays, Params } from '../core/variant.ts';
import type { ShaderSources } from '../core/plan.ts';
import type { OperationId, Problems } from '../operations/index.ts';
import type { Result } from './report.ts';

/** One of the sides of a comparison. A variant may stand on several, with other parameters or sources. */
export interface MeasureEntry {
  readonly variant: string;
  /** What its result is called. */
  readonly label?: string;
  /** On top of the variant's defaults. */
  readonly params?: Params;
  /** Its result belongs to a sweep over tiles: into a heat map, not beside other variants. */
  readonly sweep?: boolean;
  /** WESL texts in place of the shipped ones. */
  readonly sources?: ShaderSources;
  /** attention: in place of the problem's own. */
  readonly modifiers?: Modifiers;
}

/** One problem, measured with every variant named (all of the operation's by default). */
export type MeasureCase = {
  readonly variants?: readonly string[];
  /** Parameters by variant id, on top of the variant's defaults. */
  readonly params?: Readonly<Record<string, Params>>;
  /** In place of `variants` and `params`: what to hold against each other; the first is the baseline. */
  readonly entries?: readonly MeasureEntry[];
  /** In place of the plan's: for cases that take minutes. */
  readonly minSamples?: number;
  /** By the name of the plan's buffer; in place of seeded ones, which the others stay. */
  readonly inputs?: Arrays;
} & {
  [Id in OperationId]: { readonly operation: Id; readonly problem: Partial<Problems[Id]> };
}[OperationId];

/** What to measure, and for how long. */
export interface MeasurePlan {
  readonly cases: readonly MeasureCase[];
  /** Time for the sampling of one case, all its variants together, in ms. Default 4000. */
  readonly budgetMs?: number;
  /** Least samples a variant gets, whatever the budget. Default 3. */
  readonly minSamples?: number;
  /** Most samples a variant gets. Default 50. */
  readonly maxSamples?: number;
  /** Of the random inputs. Default 1. */
  readonly seed?: number;
  /** Keep every sample's time in the report. Default false. */
  readonly keepSamples?: boolean;
  /** Use the parameters that tuning has kept, where none are given. Default true. */
  readonly tuned?: boolean;
  /** Measure the yardsticks too: matmul, multiply-adds, copies. Default true. */
  readonly matmul?: boolean;
}

/** What a long call is doing. */
export interface Progress {
  readonly stage: 'compile' | 'run' | 'check' | 'calibrate' | 'measure' | 'matmul' | 'peaks' | 'tune';
  /** Fraction of the whole call that is done, 0 to 1. */
  readonly fraction: number;
  /** One line for people: `attention 8×1024×64 · flash · round 3`. */
  readonly message: string;
  /** A result that has just become final, for tables and charts that fill while the call runs. */
  readonly result?: Result;
}
