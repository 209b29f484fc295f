import * as Comlink from 'comlink';
import { AbortError, DeviceLostError, throwIfAborted } from '../core/errors.ts';
import type { Progress } from '../measure/measure-plan.ts';
import type { Report } from '../measure/report.ts';
import type { CallOptions, LabApi, LabClient, OpenOptions } from './api.ts';
import type { ContrastiveArgs, ContrastiveResult } from '../operations/contrastive/api.ts';
import { keepErrorTypes } from './errors-transfer.ts';
import type { CallName, LabHost } from './host.ts';
import { PageWatch } from './page-watch.ts';
import { Watch } from './watch.ts';

keepErrorTypes();

/** After an abort, a worker that stays silent this long is stuck, and is replaced. */
const STUCK_MS = 10_000;

/** A browser whose adapter is still busy with what was cut off may never give another device. */
const REOPEN_MS = 15_000;

/** Stages in which kernels run, and tell of it after every submission; the others compile. */
const RUNNING: readonly Progress['stage'][] = ['run', 'check', 'calibrate', 'measure'];

/** A worker with an open Lab. */
interface Connection {
  readonly worker: Worker;
  /** Held strongly for the whole life: Comlink 4.4.2 hangs when a proxy is collected during a call (#692). */
  readonly host: Comlink.Remote<LabHost>;
  readonly opened: Awaited<ReturnType<LabHost['open']>>;
  /** Rejects when the worker itself fails. */
  readonly crashed: Promise<never>;
}

/**
 * Starts the worker and requests the device.
 * @throws UnsupportedError if there is no WebGPU or no adapter
 */
export async function openLab(options: OpenOptions = {}): Promise<LabClient> {
  const connection = await connect(options);
  return new Client(options, connection, connection.opened);
}

/** @throws DeviceLostError if no device is had within `patienceMs` */
async function connect(options: OpenOptions, patienceMs = Infinity): Promise<Connection> {
  const worker = new Worker(new URL('./entry.ts', import.meta.url), { type: 'module', name: 'tilewise-lab' });
  const crashed = new Promise<never>((_resolve, reject) => {
    worker.addEventListener('error', (event) => {
      const why = event.message || 'it could not be loaded';
      reject(new DeviceLostError(`the worker failed: ${why}`, 'crashed'));
    });
  });
  crashed.catch(() => undefined);
  const host = Comlink.wrap<LabHost>(worker);
  const patience = new Watch(
    patienceMs,
    'the browser gives no new device: its adapter may still be busy',
    'not-given',
  );
  try {
    patience.restart();
    const opened = await Promise.race([host.open({ ...options }), crashed, patience.ended]);
    return { worker, host, opened, crashed };
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    patience.stop();
  }
}

class Client implements LabClient {
  readonly device: LabClient['device'];
  private readonly list: ReturnType<LabClient['operations']>;
  private nextId = 0;
  private closed = false;
  /** Settles when the last queued call has: the queue. */
  private last: Promise<unknown> = Promise.resolve();
  /** Progress callbacks of running calls, held strongly like the host. */
  private readonly callbacks = new Set<unknown>();

  constructor(
    private readonly options: OpenOptions,
    private connection: Connection | undefined,
    opened: Connection['opened'],
  ) {
    this.device = opened.device;
    this.list = opened.operations;
  }

  operations(): ReturnType<LabClient['operations']> {
    return this.list;
  }

  readonly attention: LabApi['attention'] = (args, options) => this.enqueue('attention', args, options);
  readonly attentionBackward: LabApi['attentionBackward'] = (args, options) =>
    this.enqueue('attentionBackward', args, options);
  readonly mergeStates: LabApi['mergeStates'] = (states, options) =>
    this.enqueue('mergeStates', states, options);
  readonly contrastive = <const Args extends ContrastiveArgs>(args: Args, options?: CallOptions) =>
    this.enqueue<ContrastiveResult<Args>>('contrastive', args, options);
  readonly measure: LabApi['measure'] = async (plan, options) => {
    const watch = new PageWatch();
    try {
      const report = await this.enqueue<Report>('measure', plan, options);
      return { ...report, environment: { ...report.environment, page: watch.stop() } };
    } finally {
      watch.stop();
    }
  };
  readonly sources: LabApi['sources'] = (kernel) => this.enqueue('sources', kernel);
  readonly compile: LabApi['compile'] = (kernel, options) => this.enqueue('compile', kernel, options);
  readonly tune: LabApi['tune'] = (operation, problem, { variant, budgetMs, ...options } = {}) =>
    this.enqueue('tune', { operation, problem, variant, budgetMs }, options);
  readonly tuned: LabApi['tuned'] = () => this.enqueue('tuned', undefined);
  readonly forgetTuned: LabApi['forgetTuned'] = () => this.enqueue('forgetTuned', undefined);
  readonly timestampClock: LabApi['timestampClock'] = (options) =>
    this.enqueue('timestampClock', undefined, options);
  readonly peaks: LabApi['peaks'] = (options) => this.enqueue('peaks', undefined, options);

  /** Passes the queue by: the point is to hit a running call. */
  async loseDevice(): Promise<void> {
    await this.connection?.host.loseDevice();
  }

  close(): void {
    this.closed = true;
    this.disconnect();
  }

  private enqueue<T>(name: CallName, argument: unknown, options: CallOptions = {}): Promise<T> {
    const run = () => this.call<T>(name, argument, options);
    const result = this.last.then(run);
    this.last = result.catch(() => undefined);
    return Promise.race([result, abortOf(options.signal, result)]);
  }

  private async call<T>(name: CallName, argument: unknown, options: CallOptions): Promise<T> {
    const { signal, onProgress, watchMs, ...sent } = options;
    throwIfAborted(signal);
    const connection = await this.connected();
    const id = this.nextId++;
    const watch =
      watchMs === undefined
        ? undefined
        : new Watch(watchMs, 'a kernel hung; its worker and device were replaced', 'hung');
    const callback =
      (onProgress ?? watch) &&
      Comlink.proxy((progress: Progress) => {
        if (RUNNING.includes(progress.stage)) watch?.restart();
        else watch?.stop();
        onProgress?.(progress);
      });
    this.callbacks.add(callback);
    const settled = new AbortController();
    try {
      const result = connection.host.call(id, name, argument, sent, callback);
      return (await Promise.race([
        result,
        connection.crashed,
        ...(watch ? [this.replacedWhenHung(connection, watch)] : []),
        this.replacedWhenStuck(connection, id, signal, settled.signal),
      ])) as T;
    } finally {
      settled.abort();
      watch?.stop();
      this.callbacks.delete(callback);
    }
  }

  private async connected(): Promise<Connection> {
    if (this.closed) throw new AbortError('the lab is closed');
    const connection = (this.connection ??= await connect(this.options, REOPEN_MS));
    connection.crashed.catch(() => {
      if (this.connection === connection) this.disconnect();
    });
    return connection;
  }

  /** Passes an abort on. Settles only if the worker does not react to it, which is then replaced. */
  private replacedWhenStuck(
    connection: Connection,
    id: number,
    signal: AbortSignal | undefined,
    settled: AbortSignal,
  ): Promise<never> {
    return new Promise((_resolve, reject) => {
      const abort = () => {
        void connection.host.abort(id);
        const timer = setTimeout(() => {
          this.disconnect();
          reject(new AbortError('the call was aborted; its worker did not react and was replaced'));
        }, STUCK_MS);
        settled.addEventListener('abort', () => {
          clearTimeout(timer);
        });
      };
      signal?.addEventListener('abort', abort, { once: true, signal: settled });
    });
  }

  private async replacedWhenHung(connection: Connection, watch: Watch): Promise<never> {
    try {
      return await watch.ended;
    } catch (error) {
      if (this.connection === connection) this.disconnect();
      throw error;
    }
  }

  private disconnect(): void {
    this.connection?.worker.terminate();
    this.connection = undefined;
  }
}

/** Rejects as soon as the signal fires, so that a call still waiting in the queue does not have to. */
function abortOf(signal: AbortSignal | undefined, call: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const settled = new AbortController();
    const end = () => {
      settled.abort();
    };
    call.then(end, end);
    const abort = () => {
      reject(new AbortError());
    };
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true, signal: settled.signal });
  });
}
