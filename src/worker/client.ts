import * as Comlink from 'comlink';
import { requireDeviceTensor, type DeviceTensor } from '../core/device-tensor.ts';
import { Ending } from '../core/ending.ts';
import { AbortError, throwIfAborted, UnsupportedError } from '../core/errors.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import type { Progress } from '../measure/measure-plan.ts';
import type { Report } from '../measure/report.ts';
import type { Answer, CallName, CallOptions, LabApi, LabClient, OpenOptions } from './api.ts';
import type { ArgsOf, OperationId, ResultOf } from '../operations/index.ts';
import { requireOpenOptions, requireOptions, type AnyOptions } from './call-options.ts';
import { Connection, isStarted } from './connection.ts';
import type { LabHost, OperationCall } from './host.ts';
import { PageWatch } from './page-watch.ts';
import { rootOf, snapshot, type Snapshot } from './snapshot.ts';
import { Watch } from './watch.ts';

/** After an abort, a worker that stays silent this long is stuck, and is replaced. */
const STUCK_MS = 10_000;

/** A browser whose adapter is still busy with what was cut off may never give another device. */
const REOPEN_MS = 15_000;

/** Stages in which kernels run, and tell of it after every submission; the others compile. */
const RUNNING: readonly Progress['stage'][] = ['run', 'check', 'calibrate', 'measure'];

/**
 * Starts the worker and requests the device.
 * @throws UnsupportedError if there is no WebGPU, no adapter or no worker; ShapeError naming an option
 */
export async function openLab(given: OpenOptions = {}): Promise<LabClient> {
  const options = requireOpenOptions(given);
  const id = crypto.randomUUID();
  const connection = new Connection(options, id, Infinity);
  return new Client(options, id, connection, await connection.opened);
}

class Client implements LabClient {
  readonly device: LabClient['device'];
  private readonly list: ReturnType<LabClient['operations']>;
  private readonly methods: ReturnType<LabClient['cacheMethods']>;
  private readonly life = new Ending();
  private nextId = 0;
  /** Settles when the last queued call has: the queue. */
  private last: Promise<void> = Promise.resolve();
  /** Progress callbacks of running calls, held strongly like the host. */
  private readonly callbacks = new Set<unknown>();

  constructor(
    private readonly options: OpenOptions,
    private readonly id: string,
    private connection: Connection,
    opened: Awaited<ReturnType<LabHost['open']>>,
  ) {
    this.device = opened.device;
    this.list = opened.operations;
    this.methods = opened.cacheMethods;
  }

  operations(): ReturnType<LabClient['operations']> {
    return this.list;
  }

  cacheMethods(): ReturnType<LabClient['cacheMethods']> {
    return this.methods;
  }

  readonly call: LabApi['call'] = <
    Id extends OperationId,
    const Args extends ArgsOf<Id>,
    const Options extends CallOptions,
  >(
    id: Id,
    args: Args,
    options?: Options,
  ) =>
    this.enqueue<Answer<ResultOf<Id, Args>, Options>>(
      'call',
      args,
      options,
      rootOf(args),
      (sent) => ({ id, args: sent }) satisfies OperationCall,
    );
  readonly attention: LabApi['attention'] = (args, options) => this.call('attention', args, options);
  readonly attentionBackward: LabApi['attentionBackward'] = (args, options) =>
    this.call('attention-backward', args, options);
  readonly mergeStates: LabApi['mergeStates'] = (states, options) =>
    this.call('merge-states', states, options);
  readonly contrastive: LabApi['contrastive'] = (args, options) => this.call('contrastive', args, options);
  readonly cacheStudy: LabApi['cacheStudy'] = (args, options) => this.enqueue('cacheStudy', args, options);
  readonly cacheAttention: LabApi['cacheAttention'] = (args, options) =>
    this.enqueue('cacheAttention', args, options);
  readonly retrieve: LabApi['retrieve'] = (args, options) => this.call('retrieve', args, options);
  readonly lateInteraction: LabApi['lateInteraction'] = (args, options) =>
    this.call('late-interaction', args, options);
  readonly upload: LabApi['upload'] = (tensor, options) => this.enqueue('upload', tensor, options, 'tensor');
  readonly download: LabApi['download'] = (tensor, options) => this.enqueue('download', tensor, options);

  release(tensor: DeviceTensor): void {
    this.enqueue('release', requireDeviceTensor('tensor', tensor)).catch(nothing);
  }

  readonly measure: LabApi['measure'] = async (plan, options) => {
    const watch = new PageWatch();
    try {
      const report = await this.enqueue<Report>('measure', plan, options);
      return { ...report, environment: { ...report.environment, page: watch.stop() } };
    } finally {
      watch.stop();
    }
  };
  readonly compute: LabApi['compute'] = (kernel, options) => this.enqueue('compute', kernel, options);
  readonly sources: LabApi['sources'] = (kernel) => this.enqueue('sources', kernel);
  readonly compile: LabApi['compile'] = (kernel, options) => this.enqueue('compile', kernel, options);
  readonly examine: LabApi['examine'] = (kernel, options) => this.enqueue('examine', kernel, options);
  readonly tune: LabApi['tune'] = (operation, problem, options) =>
    this.enqueue('tune', { operation, problem }, options);
  readonly tuned: LabApi['tuned'] = () => this.enqueue('tuned', undefined);
  readonly forgetTuned: LabApi['forgetTuned'] = () => this.enqueue('forgetTuned', undefined);
  readonly timestampClock: LabApi['timestampClock'] = (options) =>
    this.enqueue('timestampClock', undefined, options);
  readonly peaks: LabApi['peaks'] = (options) => this.enqueue('peaks', undefined, options);

  /** Does not wait in the queue, so that it reaches a running call. */
  async loseDevice(): Promise<void> {
    if (this.life.reason !== undefined) throw this.life.reason;
    if (!this.connection.ended) await this.connection.guard(this.connection.host.loseDevice());
  }

  close(): void {
    const closed = new AbortError('the lab is closed');
    this.life.end(closed);
    this.connection.end(closed);
  }

  /**
   * Checks and copies all arguments when the call is made, so that a mistake is reported at once.
   * @param path what errors call the argument, where it is not an object of named ones
   * @param sentAs what is sent in place of the argument alone
   */
  private async enqueue<T>(
    name: CallName,
    argument: unknown,
    given?: CallOptions,
    path = '',
    sentAs = (value: unknown): unknown => value,
  ): Promise<T> {
    if (this.life.reason !== undefined) throw this.life.reason;
    const checked = requireOptions(name, argument, given);
    const { signal, onProgress: _told, watchMs: _watched, transfer, ...plain } = checked;
    throwIfAborted(signal);
    // Before the argument, whose buffers a transfer takes away.
    const { value: copied } = snapshot(plain);
    const { value, buffers } = snapshot(argument, path, transfer);
    const sent = { value: sentAs(value), buffers, options: copied };
    const result = this.last.then(() => this.send<T>(name, sent, checked));
    this.last = result.then(nothing, nothing);
    return this.life.guard(unlessAborted(signal, result));
  }

  private async send<T>(
    name: CallName,
    { value, buffers, options }: Sent,
    { signal, onProgress, watchMs }: Pick<AnyOptions, 'signal' | 'onProgress' | 'watchMs'>,
  ): Promise<T> {
    throwIfAborted(signal);
    const connection = this.connected();
    await connection.opened;
    throwIfAborted(signal);
    const id = this.nextId++;
    const watch =
      watchMs === undefined
        ? undefined
        : new Watch(watchMs, 'a kernel hung; its worker and device were replaced', 'hung', (error) => {
            connection.end(error);
          });
    const callback =
      (onProgress ?? watch) &&
      Comlink.proxy((progress: Progress) => {
        if (RUNNING.includes(progress.stage)) watch?.restart();
        else watch?.stop();
        onProgress?.(progress);
      });
    this.callbacks.add(callback);
    const stopWatching = replaceWhenStuck(connection, id, signal);
    try {
      const argument = buffers.length === 0 ? value : Comlink.transfer(value as object, [...buffers]);
      const result = connection.host.call(id, name, argument, options, callback);
      return (await connection.guard(result)) as T;
    } finally {
      stopWatching();
      watch?.stop();
      this.callbacks.delete(callback);
    }
  }

  /** @throws UnsupportedError if the worker has ended and cannot be replaced */
  private connected(): Connection {
    if (this.life.reason !== undefined) throw this.life.reason;
    if (!this.connection.ended) return this.connection;
    if (isStarted(this.options.worker)) {
      throw new UnsupportedError(
        'the worker that openLab was given has ended: give it a function or an address',
      );
    }
    this.connection = new Connection(this.options, this.id, REOPEN_MS);
    return this.connection;
  }
}

/** A call's argument and options as they go to the worker. */
interface Sent extends Snapshot<unknown> {
  readonly options: AnyOptions;
}

const nothing = (): void => undefined;

/** Passes an abort on. A worker that does not react to it is ended. */
function replaceWhenStuck(connection: Connection, id: number, signal: AbortSignal | undefined): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const abort = () => {
    connection.guard(connection.host.abort(id)).catch(nothing);
    timer = setTimeout(() => {
      connection.end(new AbortError('the call was aborted; its worker did not react and was replaced'));
    }, STUCK_MS);
  };
  signal?.addEventListener('abort', abort, { once: true });
  return () => {
    signal?.removeEventListener('abort', abort);
    clearTimeout(timer);
  };
}
