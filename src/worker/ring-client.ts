import { bind } from '../core/bind.ts';
import { requireOneOf } from '../core/checks.ts';
import { isDeviceTensor } from '../core/device-tensor.ts';
import { Ending } from '../core/ending.ts';
import { AbortError, ShapeError, throwIfAborted, UnsupportedError } from '../core/errors.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import type { Call, Part, Ran } from '../core/operation.ts';
import type { Run } from '../core/run.ts';
import { describe } from '../core/tensor.ts';
import type { AttentionBackwardArgs, AttentionBackwardResult } from '../operations/attention-backward/api.ts';
import { attentionBackward } from '../operations/attention-backward/operation.ts';
import type { AttentionArgs, AttentionResult } from '../operations/attention/api.ts';
import { attention } from '../operations/attention/operation.ts';
import type { ContrastiveArgs, ContrastiveResult } from '../operations/contrastive/api.ts';
import { contrastive } from '../operations/contrastive/operation.ts';
import type { ContrastiveProblem } from '../operations/contrastive/problem.ts';
import { RING_OPERATIONS, type RingOperation } from '../ring/theory.ts';
import { ofRank, runRing, type RankHandle, type RingOptions } from '../ring/ring.ts';
import type { CallOptions, OpenOptions } from './api.ts';
import { requireOpenOptions, requireOptions, type AnyOptions } from './call-options.ts';
import { isStarted } from './connection.ts';
import { attentionPart, readSchedule, refuseUncut, type RingAttentionOptions } from './ring-attention.ts';
import { inF32, ranksOfAll, ringRun, type RingJob } from './ring-run.ts';
import { seededAttention, seededLoss } from './seeded.ts';
import { SessionRank } from './session-rank.ts';
import { snapshot } from './snapshot.ts';
import { WorkerRank } from './worker-rank.ts';

/** Options of `openRing`: those of `openLab`, and the number of ranks. */
export interface RingOpenOptions extends Omit<OpenOptions, 'tuned'> {
  /** How many devices there are, each with a worker of its own. */
  readonly ranks: number;
}

/** A problem with seeded inputs, for a ring. */
export interface RingProblemArgs {
  readonly operation: RingOperation;
  /** A problem of the operation; fields that are left out get their defaults. */
  readonly problem: object;
}

/** Several devices that share one batch, or one sequence. */
export interface Ring {
  readonly ranks: number;
  /** Takes and gives what `lab.contrastive` does. `run.ranks` says what each rank held, sent and received. */
  contrastive<const Args extends ContrastiveArgs>(
    args: Args,
    options?: CallOptions,
  ): Promise<ContrastiveResult<Args>>;
  /** Takes and gives what `lab.attention` does; `schedule` says how ranks share it. */
  attention(args: AttentionArgs, options?: RingAttentionOptions): Promise<AttentionResult>;
  /** Takes and gives what `lab.attentionBackward` does. */
  attentionBackward(
    args: AttentionBackwardArgs,
    options?: RingAttentionOptions,
  ): Promise<AttentionBackwardResult>;
  /**
   * Runs a problem with the seeded inputs that `lab.compute` and `lab.measure` have: outputs by name, as `lab.compute` gives them.
   * @throws ShapeError, UnsupportedError; the first error of a rank, which names the rank
   */
  compute(args: RingProblemArgs, options?: RingAttentionOptions): Promise<Ran>;
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

/** Runs one problem of a call on all ranks. */
type RunPart<Problem> = (part: Part<Problem>, device: DeviceProfile, job: RingJob) => Promise<Ran>;

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
    const result = await this.call(args, given, 'tiled', contrastive, this.contrastivePart);
    return result;
  }

  async attention(args: AttentionArgs, given?: RingAttentionOptions): Promise<AttentionResult> {
    const { schedule, options } = readSchedule(given);
    return this.call(args, options, 'flash', attention, this.attentionPart({ schedule, backward: false }));
  }

  async attentionBackward(
    args: AttentionBackwardArgs,
    given?: RingAttentionOptions,
  ): Promise<AttentionBackwardResult> {
    const { schedule, options } = readSchedule(given);
    const how = { schedule, backward: true };
    return this.call(args, options, 'flash', attentionBackward, this.attentionPart(how));
  }

  async compute(args: RingProblemArgs, given?: RingAttentionOptions): Promise<Ran> {
    const { schedule, options: others } = readSchedule(given);
    const options = this.accepted(args, others);
    const { operation, problem }: { operation: RingOperation; problem: unknown } = args;
    requireOneOf('operation', operation, RING_OPERATIONS);
    if (typeof problem !== 'object' || problem === null) {
      throw new ShapeError('problem', 'an object', describe(problem));
    }
    if (operation === 'contrastive') {
      refuse({}, options, 'tiled');
      return this.enqueue(seededLoss(problem), options, this.contrastivePart);
    }
    refuse(problem, options, 'flash');
    const backward = operation === 'attention-backward';
    return this.enqueue(
      seededAttention(problem, backward),
      options,
      this.attentionPart({ schedule, backward }),
    );
  }

  close(): void {
    this.life.end(new AbortError('the ring is closed'));
    for (const handle of this.handles) handle.close();
  }

  /** Opens ranks again that were lost. */
  private async opened(): Promise<DeviceProfile> {
    if (this.life.reason !== undefined) throw this.life.reason;
    const [device] = await Promise.all(
      this.handles.map((handle, rank) =>
        handle.open().catch((error: unknown) => {
          throw ofRank(rank, error);
        }),
      ),
    );
    if (device === undefined) throw new RangeError('a ring has ranks');
    return device;
  }

  /** @throws the reason for which the ring is closed, AbortError, ShapeError naming an option */
  private accepted(args: object, given: CallOptions | undefined): AnyOptions {
    if (this.life.reason !== undefined) throw this.life.reason;
    const options = requireOptions('call', args, given);
    throwIfAborted(options.signal);
    return options;
  }

  private async call<Args extends object, Problem, Result extends { readonly run: Run }>(
    args: Args,
    given: CallOptions | undefined,
    variant: string,
    operation: { call(args: Args): Call<Problem, Result> },
    runPart: RunPart<Problem>,
  ): Promise<Result> {
    const options = this.accepted(args, given);
    refuse(args, options, variant);
    const own = snapshot(args, '', options.transfer).value;
    return this.enqueue(operation.call(own), options, runPart);
  }

  /** Runs the problems of a call one after another, after all calls before it. */
  private enqueue<Problem, Result extends { readonly run: Run }>(
    call: Call<Problem, Result>,
    options: AnyOptions,
    runPart: RunPart<Problem>,
  ): Promise<Result> {
    const result = this.last.then(async (): Promise<Result> => {
      const device = await this.opened();
      const ran: Ran[] = [];
      for (const part of call.parts) ran.push(await runPart(part, device, { options }));
      const finished = call.result(ran);
      const ranks = ranksOfAll(ran.map(({ run }) => run.ranks ?? []));
      return { ...finished, run: { ...finished.run, ranks } };
    });
    this.last = result.catch(() => undefined);
    return this.life.guard(unlessAborted(options.signal, result));
  }

  private attentionPart(
    how: Parameters<typeof attentionPart>[2],
  ): RunPart<Parameters<typeof attentionPart>[1]['problem']> {
    return (part, device, job) => attentionPart(this.handles, part, how, device, job);
  }

  private readonly contrastivePart: RunPart<ContrastiveProblem> = async (
    { problem: given, inputs },
    device,
    job,
  ) => {
    const { sources } = job.options;
    // One device, too, computes in f32 with what f16 embeddings hold, and its gradients are f32.
    const { dtype: _stored, ...problem } = given;
    const bound = bind(contrastive, problem, device);
    const variant = bound.variant('tiled', job.options.params);
    if (variant.supported !== true) throw new UnsupportedError(`tiled: ${variant.supported}`);
    const { params } = variant;
    const arrays = inF32(inputs);
    const work = async (options: RingOptions) => {
      const task = { problem, inputs: arrays, params, ...(sources && { sources }) };
      return { ...(await runRing(this.handles, task, options)), inputs: arrays };
    };
    return ringRun(this.handles, bound, variant, job, 'contrastive · ring', work);
  };
}

/** @throws UnsupportedError naming what a ring does not do yet */
function refuse(args: object, options: CallOptions, variant: string): void {
  refuseUncut(args);
  for (const [name, value] of Object.entries(args) as [string, unknown][]) {
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
  if (options.variant !== undefined && options.variant !== variant) {
    throw new UnsupportedError(`variant '${options.variant}': a ring runs '${variant}' alone`, 'variant');
  }
}
