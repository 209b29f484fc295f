import type { Deviation } from './deviation.ts';
import type { Params } from './variant.ts';
import type { TileCount } from './plan.ts';

/** Who chose a variant's parameters: the caller, tuning, or the variant's own defaults. */
export type ParamsFrom = 'given' | 'tuned' | 'defaults';

/** A stretch of time in a rank's call, in milliseconds since the call began. */
export interface RankSpan {
  /** Work on its device; a wait for what another rank sends; the way of what was sent to it. */
  readonly kind: 'work' | 'wait' | 'transfer';
  /** The step that is worked on, or the message that is under way. */
  readonly label: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Size of a transfer. */
  readonly bytes?: number;
}

/** The part that one rank of a ring has in a run. */
export interface RankRun {
  /** Beside its own shard and the gradients of it: statistics, visitors and their gradients, workspace of kernels. */
  readonly workspaceBytes: number;
  /** Bytes of tensors and gradients that it sent to other ranks. */
  readonly sentBytes: number;
  /** And had from others. */
  readonly receivedBytes: number;
  /** Its work, waits and transfers, in the order in which they began. */
  readonly timeline: readonly RankSpan[];
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
