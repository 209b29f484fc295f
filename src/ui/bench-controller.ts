import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { AbortError } from '../errors.ts';
import type { MeasurePlan, Progress } from '../measure/measure-plan.ts';
import type { Report, Result } from '../measure/report.ts';
import type { LabClient, MeasureOptions } from '../worker/api.ts';
import type { NamedReport } from './history/history.ts';

/** How the latest run stands. */
export type RunState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress?: Progress; readonly cancelling: boolean }
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Owns a run and what it yields: results as they arrive, the report at its end. */
export class BenchController implements ReactiveController {
  run: RunState = { kind: 'idle' };
  results: readonly Result[] = [];
  /** The whole report: of the run that is done, or of a file. */
  report: Report | undefined;
  /** The file the report came from. */
  source: string | undefined;
  /** What reports are compared with. */
  baseline: NamedReport | undefined;
  private abort: AbortController | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.abort?.abort();
  }

  async start(
    lab: LabClient,
    plan: MeasurePlan,
    options: Pick<MeasureOptions, 'watchMs'> = {},
  ): Promise<void> {
    if (this.run.kind === 'running') return;
    const { signal } = (this.abort = new AbortController());
    this.results = [];
    this.report = undefined;
    this.source = undefined;
    this.become({ kind: 'running', cancelling: false });
    try {
      const report = await lab.measure(plan, { ...options, signal, onProgress: this.onProgress });
      this.report = report;
      this.results = report.results;
      this.become({ kind: 'done' });
    } catch (error) {
      this.become(error instanceof AbortError ? { kind: 'cancelled' } : { kind: 'failed', error });
    }
  }

  cancel(): void {
    if (this.run.kind !== 'running') return;
    this.become({ ...this.run, cancelling: true });
    this.abort?.abort();
  }

  /** Forgets what was measured. */
  clear(): void {
    this.report = undefined;
    this.results = [];
    this.become({ kind: 'idle' });
  }

  /** Shows a report in place of what is there. */
  show(report: Report, source: string): void {
    this.report = report;
    this.source = source;
    this.results = report.results;
    this.become({ kind: 'idle' });
  }

  /** Compares what is shown, and all that follows, with a report; with none, no more. */
  compareWith(baseline: NamedReport | undefined): void {
    this.baseline = baseline;
    this.host.requestUpdate();
  }

  private readonly onProgress = (progress: Progress): void => {
    if (this.run.kind !== 'running') return;
    if (progress.result) this.results = [...this.results, progress.result];
    this.become({ ...this.run, progress });
  };

  private become(run: RunState): void {
    this.run = run;
    this.host.requestUpdate();
  }
}
