import type { BoundProblem, BoundVariant } from '../core/bind.ts';
import type { DataArray } from '../core/dtype.ts';
import { valuesOf } from '../core/half.ts';
import type { Ran } from '../core/operation.ts';
import type { RankRun, Run } from '../core/run.ts';
import type { Arrays, Inputs } from '../core/variant.ts';
import { REFERENCE_FLOPS } from '../measure/stand-in.ts';
import type { RankHandle, RingOptions, RingOutputs } from '../ring/ring.ts';
import type { AnyOptions } from './call-options.ts';
import { watchThreads } from './thread-watch.ts';
import { Watch } from './watch.ts';

/** The options of a ring's call. */
export interface RingJob {
  readonly options: AnyOptions;
}

/** Results of all ranks, and the inputs that they are checked with. */
interface Found extends RingOutputs {
  readonly inputs: Arrays;
}

/** Inputs as ranks take them: f16 as f32, in which ranks compute and send. */
export const inF32 = (inputs: Inputs): Readonly<Record<string, Exclude<DataArray, Uint16Array>>> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, data]) => [name, valuesOf<DataArray>(data as DataArray)]),
  );

/** Runs one problem on all ranks, each of which is watched, and reports it. @throws what `work` throws */
export async function ringRun(
  handles: readonly RankHandle[],
  bound: BoundProblem,
  variant: BoundVariant,
  { options: { params, signal, onProgress, watchMs, check } }: RingJob,
  message: string,
  work: (options: RingOptions) => Promise<Found>,
): Promise<Ran> {
  const start = performance.now();
  const watches = handles.map(
    (handle) =>
      new Watch(watchMs ?? Infinity, 'a kernel hung', 'hung', (error) => {
        handle.fail(error);
      }),
  );
  for (const watch of watches) watch.restart();
  const endThreads = watchMs === undefined ? undefined : watchThreads(handles, watchMs);
  const done = await work({
    signal,
    onState: (rank, state) => {
      if (state === 'work') watches[rank]?.restart();
      else watches[rank]?.stop();
    },
    onFraction: (fraction) => onProgress?.({ stage: 'run', fraction, message }),
  }).finally(() => {
    for (const watch of watches) watch.stop();
    endThreads?.();
  });
  const computed = Math.round(1e6 * done.work) / 1e6;
  const run: Run = {
    operation: bound.operation,
    variant: variant.id,
    params: variant.params,
    paramsFrom: params === undefined ? 'defaults' : 'given',
    workspaceBytes: Math.max(...done.ranks.map((rank) => rank.workspaceBytes)),
    flops: bound.flops,
    ...(computed > 0 && { work: computed }),
    passes: done.passes,
    wallMs: performance.now() - start,
    ranks: done.ranks,
    ...(check === true && { check: bound.verify(done.inputs, done.outputs, REFERENCE_FLOPS) }),
  };
  return { outputs: done.outputs, run };
}

/**
 * The figures of each rank over all problems of a call, which ran one after another: the largest workspace, and the sums of
 * what it sent and received.
 */
export function ranksOfAll(problems: readonly (readonly RankRun[])[]): RankRun[] {
  const starts: number[] = [];
  let next = 0;
  for (const ranks of problems) {
    starts.push(next);
    next += Math.max(0, ...ranks.flatMap(({ timeline }) => timeline.map(({ endMs }) => endMs)));
  }
  return (problems[0] ?? []).map((_, rank) => {
    const runs = problems.flatMap((ranks) => ranks[rank] ?? []);
    const sum = (of: (run: RankRun) => number) => runs.reduce((total, run) => total + of(run), 0);
    return {
      workspaceBytes: Math.max(...runs.map((run) => run.workspaceBytes)),
      sentBytes: sum((run) => run.sentBytes),
      receivedBytes: sum((run) => run.receivedBytes),
      timeline: runs.flatMap(({ timeline }, problem) => {
        const start = starts[problem] ?? 0;
        return timeline.map((span) => ({
          ...span,
          startMs: start + span.startMs,
          endMs: start + span.endMs,
        }));
      }),
    };
  });
}
