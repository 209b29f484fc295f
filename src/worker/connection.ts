import * as Comlink from 'comlink';
import { Ending } from '../core/ending.ts';
import { DeviceLostError, messageOf, UnsupportedError } from '../core/errors.ts';
import type { OpenOptions } from './api.ts';
import { keepErrorTypes } from './errors-transfer.ts';
import type { LabHost } from './host.ts';
import { Watch } from './watch.ts';

keepErrorTypes();

/** Where the packed library has the worker's script: beside its own module, which bundlers that do not know workers move away. */
const PACKED_SCRIPT = 'worker.js';

/** A script that has not answered by then is none of ours. */
const ANSWER_MS = 60_000;

/** A worker with its Lab. It ends once, when it fails or is closed, and rejects everything that waits for it. */
export class Connection {
  /** Settles when the device is there. */
  readonly opened: ReturnType<LabHost['open']>;
  /** Held strongly for the whole life: Comlink 4.4.2 hangs when a proxy is collected during a call (#692). */
  readonly host: Comlink.Remote<LabHost>;
  private readonly life = new Ending();
  private readonly worker: Worker;
  private answered = false;

  /**
   * Starts the worker and asks for the device.
   * @param lab tells the lab's tensors from those of others, whichever worker has them
   * @param patienceMs the wait for the device, at most
   * @throws UnsupportedError if no worker can be started
   */
  constructor(options: OpenOptions, lab: string, patienceMs: number) {
    this.worker = startWorker(options.worker);
    this.worker.addEventListener('error', (event) => {
      this.end(
        this.answered || event.message ? crashed(event.message || 'it ended') : notLoaded(options.worker),
      );
    });
    this.worker.addEventListener('messageerror', () => {
      this.end(crashed('a message could not be read'));
    });
    this.host = Comlink.wrap<LabHost>(this.worker);
    this.opened = this.guard(this.open(options, lab, patienceMs));
    this.opened.catch((error: unknown) => {
      this.end(error instanceof Error ? error : new Error(String(error)));
    });
  }

  get ended(): boolean {
    return this.life.reason !== undefined;
  }

  /** Settles like `work`, or rejects as soon as the worker ends. */
  guard<T>(work: Promise<T>): Promise<T> {
    return this.life.guard(work);
  }

  /** Ends the worker, and with this reason all that waits for it. */
  end(reason: Error): void {
    this.life.end(reason);
    this.worker.terminate();
  }

  private async open({ worker: _started, ...options }: OpenOptions, lab: string, patienceMs: number) {
    const end = (error: Error) => {
      this.end(error);
    };
    const answer = new Watch(ANSWER_MS, 'the worker does not answer', 'not-given', end);
    const patience = new Watch(
      patienceMs,
      'the browser gives no new device: its adapter may still be busy',
      'not-given',
      end,
    );
    try {
      answer.restart();
      const lock = `tilewise-${performance.now()}-${Math.random()}`;
      const locked = await this.guard(this.host.live(lock));
      this.answered = true;
      answer.stop();
      if (locked) whenFree(lock, () => this.end(crashed('it ended by itself')));
      patience.restart();
      return await this.guard(this.host.open(options, lab));
    } finally {
      answer.stop();
      patience.stop();
    }
  }
}

const crashed = (why: string): DeviceLostError => new DeviceLostError(`the worker failed: ${why}`, 'crashed');

const LOADING =
  'bundlers that do not follow `new Worker(new URL(…))` need the script as a file of its own, ' +
  'and its address: openLab({ worker: new URL(…) })';

/** A script that is not there gives an error event without a word. */
function notLoaded(given: OpenOptions['worker']): UnsupportedError {
  if (typeof given === 'string' || given instanceof URL) {
    return new UnsupportedError(`the worker's script ${String(given)} could not be loaded`);
  }
  if (given !== undefined) return new UnsupportedError("the given worker's script could not be loaded");
  const here = import.meta.url;
  const script = new URL(PACKED_SCRIPT, here).href;
  return new UnsupportedError(`the worker's script could not be loaded, by default ${script}: ${LOADING}`);
}

/** Whether it is a worker that was started elsewhere, so that it cannot be replaced. */
export const isStarted = (given: OpenOptions['worker']): given is Worker =>
  typeof given === 'object' && !(given instanceof URL);

/** @throws UnsupportedError if there are no workers, or the script may not be loaded */
function startWorker(given: OpenOptions['worker']): Worker {
  if (isStarted(given)) return given;
  try {
    if (typeof given === 'function') return given();
    const named = { type: 'module', name: 'tilewise-lab' } as const;
    if (given !== undefined) return new Worker(given, named);
    return new Worker(new URL('./entry.ts', import.meta.url), { type: 'module', name: 'tilewise-lab' });
  } catch (error) {
    throw new UnsupportedError(`the worker could not be started: ${messageOf(error)}`);
  }
}

/** Calls back when whoever holds a lock lets go of it, or ends. */
function whenFree(lock: string, free: () => void): void {
  // Refused where a page may not keep anything; an end that nobody asked for then stays unseen.
  navigator.locks.request(lock, free).catch(() => undefined);
}
