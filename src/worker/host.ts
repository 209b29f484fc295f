import * as Comlink from 'comlink';
import type { CallName, OpenOptions, OperationInfo } from './api.ts';
import type { AnyOptions } from './call-options.ts';
import type { OperationId } from '../operations/index.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import type { DeviceTensor } from '../core/device-tensor.ts';
import { UnsupportedError } from '../core/errors.ts';
import type { CacheMethodInfo } from '../operations/kv-cache/infos.ts';
import type { LocalRank } from '../ring/local-rank.ts';
import type { RankOutputs, RankTask } from '../ring/rank.ts';
import type { AttentionOutputs, AttentionTask } from '../ring/attention/task.ts';
import type { RankState } from '../ring/steps.ts';
import { Lab } from './lab.ts';
import { buffersOf } from './transfer.ts';
import { browserStore, memoryStore } from './tuned-store.ts';
import type { Progress } from '../measure/measure-plan.ts';
import type { DeviceReport } from '../measure/report.ts';

/** Options that can cross; the signal stays behind and becomes a call of `abort`. */
export type SentOptions = Omit<AnyOptions, 'signal' | 'onProgress' | 'watchMs' | 'transfer'>;

type AnyCall = (argument: unknown, options: AnyOptions) => Promise<object>;

/** Calls that do not take one argument and options. */
const otherCalls = (lab: Lab): Readonly<Partial<Record<CallName, AnyCall>>> => ({
  call: (given, options) => {
    const { id, args } = given as OperationCall;
    return lab.call(id, args as never, options);
  },
  release: (tensor) => {
    lab.release(tensor as DeviceTensor);
    return Promise.resolve({});
  },
  peaks: (_nothing, options) => lab.peaks(options),
  timestampClock: (_nothing, options) => lab.timestampClock(options),
  tune: (given, options) => {
    const { operation, problem } = given as TuneArgs;
    return lab.tune(operation, problem, options);
  },
});

/** A call of an operation, as it crosses. */
export interface OperationCall {
  readonly id: OperationId;
  readonly args: unknown;
}

interface TuneArgs {
  readonly operation: OperationId;
  readonly problem: object;
}

const callOf = (lab: Lab, name: CallName): AnyCall =>
  otherCalls(lab)[name] ?? (lab[name].bind(lab) as AnyCall);

const moved = <T extends object>(result: T): T => Comlink.transfer(result, buffersOf(result));

/** The worker's side: a Lab whose calls have numbers, so that they can be aborted from outside. */
export class LabHost {
  private lab: Lab | undefined;
  private readonly running = new Map<number, AbortController>();
  private made: Promise<LocalRank> | undefined;

  /** Takes a lock that is free again when this worker ends. @returns whether it could */
  live(lock: string): Promise<boolean> {
    const { locks } = navigator as Partial<Navigator>;
    const forever = new Promise<never>(() => undefined);
    return new Promise((resolve) => {
      const held = locks?.request(lock, () => {
        resolve(true);
        return forever;
      });
      // Refused where a page may not keep anything.
      held?.catch(() => {
        resolve(false);
      });
      if (held === undefined) resolve(false);
    });
  }

  async open(
    options: Omit<OpenOptions, 'worker'>,
    /** Tells the lab's tensors from those of others. */
    id: string,
  ): Promise<{ device: DeviceReport; operations: OperationInfo[]; cacheMethods: CacheMethodInfo[] }> {
    if (this.lab !== undefined) throw new UnsupportedError('this worker has a lab already');
    this.lab = await Lab.open({
      id,
      gpu: (navigator as Partial<Navigator>).gpu,
      adapter: options.adapter,
      tuned: options.tuned === undefined ? browserStore() : memoryStore(options.tuned),
    });
    const { lab } = this;
    return { device: lab.device, operations: lab.operations(), cacheMethods: lab.cacheMethods() };
  }

  async call(
    id: number,
    name: CallName,
    argument: unknown,
    options: SentOptions,
    /** A function of the client's: a promise comes back. */
    onProgress: ((progress: Progress) => unknown) | undefined,
  ): Promise<unknown> {
    const lab = this.opened();
    const controller = new AbortController();
    this.running.set(id, controller);
    // Progress takes another port than the result, which must not overtake it.
    const reported: unknown[] = [];
    try {
      const result = await callOf(lab, name)(argument, {
        ...options,
        // Nobody else has what was sent here.
        transfer: true,
        signal: controller.signal,
        ...(onProgress && { onProgress: (progress) => reported.push(onProgress(progress)) }),
      });
      await Promise.allSettled(reported);
      return moved(result);
    } finally {
      this.running.delete(id);
    }
  }

  /** Answers: a thread that hangs would not. */
  alive(): void {
    return;
  }

  /** The device of this rank, a new one if the last was lost. */
  async rankDevice(): Promise<DeviceProfile> {
    return (await this.opened().liveSession()).identity;
  }

  /** Begins this rank's part of a ring's call. The ports lead to the ranks before and after. */
  async beginRank(
    task: RankTask,
    previous: MessagePort,
    next: MessagePort,
    onState: (state: RankState) => unknown,
  ): Promise<Float32Array> {
    return moved(await (await this.rank()).begin(task, { previous, next }, onState));
  }

  async rankStatistics(lines: Float32Array): Promise<Float32Array> {
    return moved(await (await this.rank()).statistics(lines));
  }

  async rankGradients(lines: Float32Array): Promise<RankOutputs> {
    return moved(await (await this.rank()).gradients(lines));
  }

  /** This rank's share of attention. The ports lead to the other ranks, by their numbers. */
  async rankAttention(
    task: AttentionTask,
    ports: readonly (MessagePort | undefined)[],
    onState: (state: RankState) => unknown,
  ): Promise<AttentionOutputs> {
    return moved(await (await this.rank()).attention(task, ports, onState));
  }

  async endRank(): Promise<void> {
    await (await this.made)?.end();
  }

  /** Loaded when this worker becomes part of a ring. */
  private rank(): Promise<LocalRank> {
    this.made ??= import('../ring/local-rank.ts').then(
      ({ LocalRank }) => new LocalRank(() => this.opened().liveSession()),
    );
    return this.made;
  }

  abort(id: number): void {
    this.running.get(id)?.abort();
  }

  loseDevice(): Promise<void> {
    return this.opened().loseDevice();
  }

  private opened(): Lab {
    if (this.lab === undefined) throw new Error('the lab is not open');
    return this.lab;
  }
}
