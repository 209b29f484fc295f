import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { AbortError } from '../../core/errors.ts';
import type { Progress } from '../../measure/measure-plan.ts';
import type { MeasureOptions } from '../../worker/api.ts';

/** The state of the latest of some long calls; `Value` is what a call that is done has returned. */
export type CallState<Value = unknown> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress?: Progress; readonly cancelling: boolean }
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Options of a call that make it cancellable and report its progress. */
export type CallOptions = Required<Pick<MeasureOptions, 'signal' | 'onProgress'>>;

/** Owns long calls of a lab, one at a time: their progress, cancelling, and how they end. */
export class CallController<Value = unknown> implements ReactiveController {
  run: CallState<Value> = { kind: 'idle' };
  private abort: AbortController | undefined;

  /** @param onProgress called with everything that a running call tells */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly onProgress: (progress: Progress) => void = () => undefined,
  ) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.abort?.abort();
  }

  /** Runs a call, unless one is running. @returns its value, if it came to its end */
  async call(work: (options: CallOptions) => Promise<Value>): Promise<Value | undefined> {
    return this.run.kind === 'running' ? undefined : this.replace(work);
  }

  /** Runs a call in place of the one that is running, which is aborted without a word. */
  async replace(work: (options: CallOptions) => Promise<Value>): Promise<Value | undefined> {
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    const isLatest = () => this.abort === abort;
    this.become({ kind: 'running', cancelling: false });
    const onProgress = (progress: Progress) => {
      if (!isLatest() || this.run.kind !== 'running') return;
      this.onProgress(progress);
      this.become({ ...this.run, progress });
    };
    try {
      const value = await work({ signal: abort.signal, onProgress });
      if (!isLatest()) return undefined;
      this.become({ kind: 'done', value });
      return value;
    } catch (error) {
      if (isLatest())
        this.become(error instanceof AbortError ? { kind: 'cancelled' } : { kind: 'failed', error });
      return undefined;
    }
  }

  cancel(): void {
    if (this.run.kind !== 'running') return;
    this.become({ ...this.run, cancelling: true });
    this.abort?.abort();
  }

  /** Forgets the latest call, unless it is running. */
  clear(): void {
    if (this.run.kind !== 'running') this.become({ kind: 'idle' });
  }

  /** Shows an error of something that belongs to the call. */
  fail(error: unknown): void {
    this.become({ kind: 'failed', error });
  }

  private become(run: CallState<Value>): void {
    this.run = run;
    this.host.requestUpdate();
  }
}
