import * as Comlink from 'comlink';
import type { CallOptions, LabApi, OpenOptions, OperationInfo, TuneOptions } from './api.ts';
import type { OperationId } from '../operations/index.ts';
import { Lab } from './lab.ts';
import { buffersOf } from './transfer.ts';
import { browserStore, memoryStore } from './tuned-store.ts';
import type { Progress } from '../measure/measure-plan.ts';
import type { DeviceReport } from '../measure/report.ts';

/** The calls that are queued, aborted and reported on. */
export type CallName = Exclude<keyof LabApi, 'loseDevice'>;

/** Options that can cross; the signal stays behind and becomes a call of `abort`. */
export type SentOptions = Omit<CallOptions, 'signal' | 'onProgress'>;

type AnyCall = (argument: unknown, options: CallOptions) => Promise<object>;

/** Calls that do not take one argument and options. */
const otherCalls = (lab: Lab): Readonly<Partial<Record<CallName, AnyCall>>> => ({
  peaks: (_nothing, options) => lab.peaks(options),
  timestampClock: (_nothing, options) => lab.timestampClock(options),
  tune: (given, options) => {
    const { operation, problem, variant, budgetMs } = given as TuneArgs;
    return lab.tune(operation, problem, {
      ...options,
      ...(variant === undefined ? {} : { variant }),
      ...(budgetMs === undefined ? {} : { budgetMs }),
    });
  },
});

type TuneArgs = Pick<TuneOptions, 'variant' | 'budgetMs'> & {
  readonly operation: OperationId;
  readonly problem: object;
};

const callOf = (lab: Lab, name: CallName): AnyCall =>
  otherCalls(lab)[name] ?? (lab[name].bind(lab) as AnyCall);

/** What the worker exposes: a Lab whose calls have numbers, so that they can be aborted from outside. */
export class LabHost {
  private lab: Lab | undefined;
  private readonly running = new Map<number, AbortController>();

  async open(options: OpenOptions): Promise<{ device: DeviceReport; operations: OperationInfo[] }> {
    this.lab = await Lab.open({
      gpu: (navigator as Partial<Navigator>).gpu,
      adapter: options.adapter,
      tuned: options.tuned === undefined ? browserStore() : memoryStore(options.tuned),
    });
    return { device: this.lab.device, operations: this.lab.operations() };
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
    const told: unknown[] = [];
    try {
      const result = await callOf(lab, name)(argument, {
        ...options,
        signal: controller.signal,
        ...(onProgress && { onProgress: (progress) => told.push(onProgress(progress)) }),
      });
      await Promise.allSettled(told);
      return Comlink.transfer(result, buffersOf(result));
    } finally {
      this.running.delete(id);
    }
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
