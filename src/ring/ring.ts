import type { DeviceProfile } from '../core/device-profile.ts';
import { DeviceLostError, OutOfMemoryError, throwIfAborted, UnsupportedError } from '../core/errors.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import type { ShaderSources } from '../core/plan.ts';
import type { Arrays, Params } from '../core/variant.ts';
import type { RankRun } from '../core/run.ts';
import { mergeSetup, mergeStatistics } from '../operations/contrastive/ring/merge-lines.ts';
import { hasStats } from '../operations/contrastive/passes/statistics.ts';
import type { ContrastiveProblem } from '../operations/contrastive/problem.ts';
import type { Ports } from './local-rank.ts';
import { positivesAtHome } from './rounds.ts';
import { joinOutputs, rankInputs } from './rows.ts';
import type { RankOutputs, RankTask } from './rank.ts';
import type { AttentionOutputs, AttentionTask } from './attention/task.ts';
import type { RankFigures, RankState } from './steps.ts';
import { clock } from './transport.ts';
import { shardsOf } from './shards.ts';

/** A rank as the ring sees it: in this thread, or in a worker. */
export interface RankHandle {
  /** Its device; a new one if it or its worker was lost. */
  open(): Promise<DeviceProfile>;
  begin(task: RankTask, ports: Ports, onState: (state: RankState) => void): Promise<Float32Array>;
  statistics(lines: Float32Array): Promise<Float32Array>;
  gradients(lines: Float32Array): Promise<RankOutputs>;
  /** A rank's whole share of attention. @param ports to the other ranks, by their numbers */
  attention(
    task: AttentionTask,
    ports: readonly (MessagePort | undefined)[],
    onState: (state: RankState) => void,
  ): Promise<AttentionOutputs>;
  /** Answers as soon as its thread is free, whatever its device does. Absent where there is one thread. */
  alive?(): Promise<void>;
  /** Stops and frees a call. Never fails. */
  end(): Promise<void>;
  /** Gives a rank up that is silent, for this reason. */
  fail(reason: Error): void;
  close(): void;
}

/** One problem for a ring. */
export interface RingProblem {
  readonly problem: ContrastiveProblem;
  readonly inputs: Arrays;
  readonly params: Params;
  readonly sources?: ShaderSources;
}

export interface RingOptions {
  readonly signal?: AbortSignal | undefined;
  /** The share of the steps that is done. */
  readonly onFraction?: ((fraction: number) => void) | undefined;
  readonly onState?: (rank: number, state: RankState) => void;
}

/** The whole of what the ranks found. */
export interface RingOutputs {
  readonly outputs: Arrays;
  readonly ranks: readonly RankRun[];
  readonly work: number;
  readonly passes: readonly string[];
}

/**
 * One contrastive loss over all ranks: lines are set up and their positives found, statistics are found in one round of the
 * columns, gradients in another. The ring merges lines in between: a few words each, against a row of y.
 * @throws the first error of a rank, which names the rank; AbortError
 */
export async function runRing(
  ranks: readonly RankHandle[],
  { problem, inputs, params, sources }: RingProblem,
  { signal, onFraction, onState }: RingOptions,
): Promise<RingOutputs> {
  const rows = shardsOf(problem.numRows, ranks.length, 'x');
  const cols = problem.oneTensor === true ? rows : shardsOf(problem.numCols, ranks.length, 'y');
  const homes = { problem, rows, cols };
  const positivesTravel = !positivesAtHome(problem, rows, cols);
  const ports = channels(ranks.length);
  return withRanks(ranks, { signal }, async (each, startMs) => {
    const setup = await each((handle, rank) =>
      handle.begin(
        {
          ...{ problem, params, rank, rows, cols, positivesTravel },
          inputs: rankInputs(homes, rank, inputs),
          ...(sources && { sources }),
        },
        portsOf(ports, rank),
        (state) => onState?.(rank, state),
      ),
    );
    onFraction?.(0.2);
    let lines = mergeSetup(homes, setup);
    if (hasStats(problem)) {
      lines = mergeStatistics(homes, await each((handle) => handle.statistics(lines.slice())));
    }
    onFraction?.(0.5);
    const found = await each((handle) => handle.gradients(lines.slice()));
    onFraction?.(1);
    return {
      outputs: joinOutputs(
        homes,
        found.map(({ outputs }) => outputs),
      ),
      ...rankRuns(found, startMs),
    };
  });
}

/** A step of every rank. */
type Each = <T>(step: (handle: RankHandle, rank: number) => Promise<T>) => Promise<T[]>;

/**
 * Runs a call of all ranks, which ends on each when it ends on one.
 * @throws the first error of a rank, which names the rank; AbortError
 */
export async function withRanks(
  ranks: readonly RankHandle[],
  { signal }: Pick<RingOptions, 'signal'>,
  work: (each: Each, startMs: number) => Promise<RingOutputs>,
): Promise<RingOutputs> {
  throwIfAborted(signal);
  const each: Each = (step) =>
    Promise.all(
      ranks.map((handle, rank) =>
        step(handle, rank).catch((error: unknown) => {
          throw ofRank(rank, error);
        }),
      ),
    );
  try {
    return await unlessAborted(signal, work(each, clock()));
  } finally {
    await Promise.all(ranks.map((handle) => handle.end()));
  }
}

/** The ranks' figures, with times from the start of the call on. */
export const rankRuns = (
  found: readonly RankFigures[],
  startMs: number,
): Pick<RingOutputs, 'ranks' | 'work' | 'passes'> => ({
  ranks: found.map(({ workspaceBytes, sentBytes, receivedBytes, timeline }) => ({
    ...{ workspaceBytes, sentBytes, receivedBytes },
    timeline: timeline.map((span) => ({
      ...span,
      startMs: span.startMs - startMs,
      endMs: span.endMs - startMs,
    })),
  })),
  work: found.reduce((sum, one) => sum + one.work, 0),
  passes: found[0]?.passes ?? [],
});

/** Channels from each rank to the next. */
const channels = (count: number): MessageChannel[] =>
  Array.from({ length: count }, () => new MessageChannel());

function portsOf(all: readonly MessageChannel[], rank: number): Ports {
  const [before, after] = [all[(rank - 1 + all.length) % all.length], all[rank]];
  if (before === undefined || after === undefined) throw new RangeError(`there is no rank ${rank}`);
  return { previous: before.port2, next: after.port1 };
}

/** An error of the same type that names the rank. */
export function ofRank(rank: number, error: unknown): unknown {
  if (error instanceof DeviceLostError)
    return new DeviceLostError(`rank ${rank}: ${error.reason}`, error.kind);
  if (error instanceof UnsupportedError) {
    return new UnsupportedError(`rank ${rank}: ${error.reason}`, error.argument);
  }
  if (error instanceof OutOfMemoryError) {
    return new OutOfMemoryError(`${error.buffer} of rank ${rank}`, error.bytesAsked, error.bytesLimit);
  }
  return error;
}
