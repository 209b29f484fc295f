import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { AbortError } from '../../core/errors.ts';
import type { Progress } from '../../measure/measure-plan.ts';
import type { MeasureOptions } from '../../worker/api.ts';

/** How the latest of some long calls stands. */
export type CallState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress?: Progress; readonly cancelling: boolean }
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Owns long calls of a lab, one at a time: how far they are, their cancelling, how they end. */
export class CallController implements ReactiveController {
  run: CallState = { kind: 'idle' };
  private abort: AbortController | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.abort?.abort();
  }

  cancel(): void {
    if (this.run.kind !== 'running') return;
    this.become({ ...this.run, cancelling: true });
    this.abort?.abort();
  }

  /** Runs a call, unless one is running. It sees to its results itself. */
  protected async call(
    work: (options: Required<Pick<MeasureOptions, 'signal' | 'onProgress'>>) => Promise<void>,
  ): Promise<void> {
    if (this.run.kind === 'running') return;
    const { signal } = (this.abort = new AbortController());
    this.become({ kind: 'running', cancelling: false });
    try {
      await work({ signal, onProgress: this.onProgress });
      this.become({ kind: 'done' });
    } catch (error) {
      this.become(error instanceof AbortError ? { kind: 'cancelled' } : { kind: 'failed', error });
    }
  }

  /** Called with everything a running call tells. */
  protected told?(progress: Progress): void;

  protected become(run: CallState): void {
    this.run = run;
    this.host.requestUpdate();
  }

  private readonly onProgress = (progress: Progress): void => {
    if (this.run.kind !== 'running') return;
    this.told?.(progress);
    this.become({ ...this.run, progress });
  };
}
