import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { AbortError } from '../../core/errors.ts';
import type { Progress } from '../../measure/measure-plan.ts';
import type { LabClient } from '../../worker/api.ts';
import { oddValues, runOwn, type OwnCall, type OwnResult } from './call.ts';
import type { OwnKernel } from './kernels.ts';

export type OwnRunState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress?: Progress; readonly cancelling: boolean }
  | { readonly kind: 'done'; readonly result: OwnResult; readonly odd: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Owns a run on own data: reading, running, checking. */
export class OwnRunController implements ReactiveController {
  state: OwnRunState = { kind: 'idle' };
  private abort: AbortController | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.abort?.abort();
  }

  async start(lab: LabClient, read: () => Promise<OwnCall>, kernel: OwnKernel): Promise<void> {
    const { signal } = (this.abort = new AbortController());
    this.become({ kind: 'running', cancelling: false });
    try {
      const call = await read();
      const result = await runOwn(lab, call, kernel, {
        check: true,
        signal,
        onProgress: (progress) => {
          if (this.state.kind === 'running') this.become({ ...this.state, progress });
        },
      });
      this.become({ kind: 'done', result, odd: oddValues(call) });
    } catch (error) {
      if (error instanceof AbortError) this.become({ kind: 'cancelled' });
      else this.fail(error);
    }
  }

  cancel(): void {
    if (this.state.kind !== 'running') return;
    this.become({ ...this.state, cancelling: true });
    this.abort?.abort();
  }

  fail(error: unknown): void {
    this.become({ kind: 'failed', error });
  }

  clear(): void {
    if (this.state.kind !== 'running') this.become({ kind: 'idle' });
  }

  private become(state: OwnRunState): void {
    this.state = state;
    this.host.requestUpdate();
  }
}
