import type { Deviation } from './deviation.ts';
import type { Params } from './variant.ts';
import type { TileCount } from './plan.ts';

/** Who chose a variant's parameters: the caller, tuning, or the variant's own defaults. */
export type ParamsFrom = 'given' | 'tuned' | 'defaults';

/** The part that one rank of a ring has in a run. */
export interface RankRun {
  /** Beside its rows of x and y and their gradients: lines, visiting columns and their gradient. */
  readonly workspaceBytes: number;
  /** Bytes of embeddings and gradients that it sent to the next rank. */
  readonly sentBytes: number;
  /** And had from the one before. */
  readonly receivedBytes: number;
}

/** A report of one execution: the kernel, its time and its work. */
export interface Run {
  readonly operation: string;
  readonly variant: string;
  readonly params: Params;
  /** Who chose them. */
  readonly paramsFrom: ParamsFrom;
  readonly workspaceBytes: number;
  /** Useful FLOPs. */
  readonly flops: number;
  /** contrastive: products of all rows with all columns that were computed, U = 2 · N · M · D FLOP each. */
  readonly work?: number;
  /** Labels of the passes, in order. */
  readonly passes: readonly string[];
  /** Key tiles that were visited, over all row blocks and heads, and how many a dense run would visit. */
  readonly tiles?: TileCount;
  /** Summed GPU time, where the device has trustworthy timestamps. */
  readonly gpuMs?: number;
  /** Wall-clock time of this one execution, without transfers; the first of its kind warms everything up. */
  readonly wallMs: number;
  /** The ranks of a ring in order; absent for one device. */
  readonly ranks?: readonly RankRun[];
  /** How far the result is from float64, where `check` asked for it. */
  readonly check?: Deviation;
}
