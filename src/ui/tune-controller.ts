import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { AbortError } from '../errors.ts';
import type { MeasureCase, Progress } from '../measure/measure-plan.ts';
import type { LabClient, TunedState } from '../worker/api.ts';
import type { Tuned } from '../measure/tuning/tuned.ts';

/** How the latest search stands. */
export type TuneState =
  | { readonly kind: 'idle' | 'cancelled' }
  | { readonly kind: 'running'; readonly progress?: Progress; readonly cancelling: boolean }
  | { readonly kind: 'done'; readonly tuned: Tuned }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Owns a search, and what searches have kept. */
export class TuneController implements ReactiveController {
  state: TuneState = { kind: 'idle' };
  kept: TunedState = { entries: [], notes: [] };
  private abort: AbortController | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.abort?.abort();
  }

  async start(
    lab: LabClient,
    { operation, problem }: MeasureCase,
    variant: string,
    budgetMs: number,
  ): Promise<void> {
    if (this.state.kind === 'running') return;
    const { signal } = (this.abort = new AbortController());
    this.become({ kind: 'running', cancelling: false });
    try {
      const options = { variant, budgetMs, signal, onProgress: this.onProgress };
      const tuned = await lab.tune(operation, problem, options);
      this.kept = await lab.tuned();
      this.become({ kind: 'done', tuned });
    } catch (error) {
      this.become(error instanceof AbortError ? { kind: 'cancelled' } : { kind: 'failed', error });
    }
  }

  cancel(): void {
    if (this.state.kind !== 'running') return;
    this.become({ ...this.state, cancelling: true });
    this.abort?.abort();
  }

  async refresh(lab: LabClient): Promise<void> {
    this.kept = await lab.tuned();
    this.host.requestUpdate();
  }

  async forget(lab: LabClient): Promise<void> {
    this.kept = await lab.forgetTuned();
    this.become({ kind: 'idle' });
  }

  private readonly onProgress = (progress: Progress): void => {
    if (this.state.kind === 'running') this.become({ ...this.state, progress });
  };

  private become(state: TuneState): void {
    this.state = state;
    this.host.requestUpdate();
  }
}
