import { bind } from '../core/bind.ts';
import { isDeviceTensor } from '../core/device-tensor.ts';
import { Ending } from '../core/ending.ts';
import { AbortError, ShapeError, throwIfAborted, UnsupportedError } from '../core/errors.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import type { Part, Ran } from '../core/operation.ts';
import type { RankRun, Run } from '../core/run.ts';
import { describe } from '../core/tensor.ts';
import type { Arrays } from '../core/variant.ts';
import type { ContrastiveArgs, ContrastiveResult } from '../operations/contrastive/api.ts';
import { contrastive } from '../operations/contrastive/operation.ts';
import type { ContrastiveProblem } from '../operations/contrastive/problem.ts';
import { REFERENCE_FLOPS } from '../measure/stand-in.ts';
import { runRing, type RankHandle } from '../ring/ring.ts';
import type { CallOptions, OpenOptions } from './api.ts';
import { requireOpenOptions, requireOptions, type AnyOptions } from './call-options.ts';
import { isStarted } from './connection.ts';
import { SessionRank } from './session-rank.ts';
import { snapshot } from './snapshot.ts';
import { Watch } from './watch.ts';
import { WorkerRank } from './worker-rank.ts';

/** Options of `openRing`: those of `openLab`, and the number of ranks. */
export interface RingOpenOptions extends Omit<OpenOptions, 'tuned'> {
  /** How many devices there are, each with a worker of its own. */
  readonly ranks: number;
}

/** Several devices that share one batch. */
export interface Ring {
  readonly ranks: number;
  /** Takes and gives what `lab.contrastive` does. `run.ranks` says what each rank held, sent and received. */
  contrastive<const Args extends ContrastiveArgs>(
    args: Args,
    options?: CallOptions,
  ): Promise<ContrastiveResult<Args>>;
  close(): void;
}

/** Options of a call that a ring has no way to serve yet. */
const NOT_YET: Readonly<Partial<Record<keyof CallOptions, string>>> = {
  keep: 'results are put together on the host',
};

/**
 * Opens so many ranks, each a worker with a device of its own; without workers, as in Node, devices in this thread.
 * @throws ShapeError naming an option; UnsupportedError if there is no WebGPU, no adapter or no worker
 */
export async function openRing({ ranks, ...given }: RingOpenOptions): Promise<Ring> {
  const options = requireOpenOptions(given);
  if (!Number.isInteger(ranks) || ranks < 1) {
    throw new ShapeError('ranks', 'a whole number from 1 up', describe(ranks));
  }
  if (isStarted(options.worker)) {
    throw new ShapeError('worker', 'a function or an address: each rank has its own', 'a worker');
  }
  const gpu = (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
  const make = (): RankHandle =>
    'Worker' in globalThis
      ? new WorkerRank(options)
      : new SessionRank(gpu, options.adapter ?? 'high-performance');
  return ringOf(Array.from({ length: ranks }, make));
}

/** A ring of these ranks, all of which have opened. */
export async function ringOf(handles: readonly RankHandle[]): Promise<Ring> {
  try {
    await Promise.all(handles.map((handle) => handle.open()));
  } catch (error) {
    for (const handle of handles) handle.close();
    throw error;
  }
  return new Client(handles);
}

class Client implements Ring {
  private readonly life = new Ending();
  /** Settles when the last queued call has: the queue. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly handles: readonly RankHandle[]) {}

  get ranks(): number {
    return this.handles.length;
  }

  async contrastive<const Args extends ContrastiveArgs>(
    args: Args,
    given?: CallOptions,
  ): Promise<ContrastiveResult<Args>> {
    if (this.life.reason !== undefined) throw this.life.reason;
    const options = requireOptions('call', args, given);
    throwIfAborted(options.signal);
    refuse(args, options);
    const own = snapshot(args, '', options.transfer).value as ContrastiveArgs;
    const call = contrastive.call(own);
    const result = this.last.then(async (): Promise<object> => {
      const device = await this.opened();
      const ran: Ran[] = [];
      const traffic: (readonly RankRun[])[] = [];
      for (const part of call.parts) {
        const done = await this.part(part, device, options);
        ran.push(done);
        traffic.push(done.run.ranks ?? []);
      }
      const finished = call.result(ran);
      return { ...finished, run: { ...finished.run, ranks: added(traffic) } };
    });
    this.last = result.catch(() => undefined);
    return (await this.life.guard(unlessAborted(options.signal, result))) as ContrastiveResult<Args>;
  }

  close(): void {
    this.life.end(new AbortError('the ring is closed'));
    for (const handle of this.handles) handle.close();
  }

  /** Opens ranks again that were lost. */
  private async opened(): Promise<DeviceProfile> {
    if (this.life.reason !== undefined) throw this.life.reason;
    const [device] = await Promise.all(this.handles.map((handle) => handle.open()));
    if (device === undefined) throw new RangeError('a ring has ranks');
    return device;
  }

  private async part(
    { problem, inputs }: Part<ContrastiveProblem>,
    device: DeviceProfile,
    { params, sources, signal, onProgress, watchMs, check }: AnyOptions,
  ): Promise<Ran> {
    const bound = bind(contrastive, problem, device);
    const variant = bound.variant('tiled', params);
    if (variant.supported !== true) throw new UnsupportedError(`tiled: ${variant.supported}`);
    const arrays = inputs as Arrays;
    const start = performance.now();
    const watches = this.handles.map(
      (handle) =>
        new Watch(watchMs ?? Infinity, 'a kernel hung', 'hung', (error) => {
          handle.fail(error);
        }),
    );
    for (const watch of watches) watch.restart();
    const done = await runRing(
      this.handles,
      { problem, inputs: arrays, params: variant.params, ...(sources && { sources }) },
      {
        signal,
        onState: (rank, state) => {
          if (state === 'work') watches[rank]?.restart();
          else watches[rank]?.stop();
        },
        onFraction: (fraction) => onProgress?.({ stage: 'run', fraction, message: 'contrastive · ring' }),
      },
    ).finally(() => {
      for (const watch of watches) watch.stop();
    });
    const run: Run = {
      operation: contrastive.id,
      variant: variant.id,
      params: variant.params,
      paramsFrom: params === undefined ? 'defaults' : 'given',
      workspaceBytes: Math.max(...done.ranks.map((rank) => rank.workspaceBytes)),
      flops: bound.flops,
      work: Math.round(1e6 * done.work) / 1e6,
      passes: done.passes,
      wallMs: performance.now() - start,
      ranks: done.ranks,
      ...(check === true && { check: bound.verify(arrays, done.outputs, REFERENCE_FLOPS) }),
    };
    return { outputs: done.outputs, run };
  }
}

/** @throws UnsupportedError naming what a ring does not do yet */
function refuse(args: ContrastiveArgs, options: CallOptions): void {
  for (const [name, value] of Object.entries(args)) {
    if (isDeviceTensor(value)) {
      throw new UnsupportedError(
        `${name}: a ring takes tensors of the host, which it cuts into shards`,
        name,
      );
    }
  }
  for (const [name, because] of Object.entries(NOT_YET)) {
    if (options[name as keyof CallOptions] === true) {
      throw new UnsupportedError(`${name}: not in a ring yet: ${because}`, name);
    }
  }
  if (options.variant !== undefined && options.variant !== 'tiled') {
    throw new UnsupportedError(`variant '${options.variant}': a ring runs 'tiled' alone`, 'variant');
  }
}

/** Bytes of each rank over all problems of a call: the largest workspace, and the sums of what it sent and received. */
const added = (problems: readonly (readonly RankRun[])[]): RankRun[] =>
  (problems[0] ?? []).map((_, rank) => {
    const runs = problems.flatMap((ranks) => ranks[rank] ?? []);
    const sum = (of: (run: RankRun) => number) => runs.reduce((total, run) => total + of(run), 0);
    return {
      workspaceBytes: Math.max(...runs.map((run) => run.workspaceBytes)),
      sentBytes: sum((run) => run.sentBytes),
      receivedBytes: sum((run) => run.receivedBytes),
    };
  });
