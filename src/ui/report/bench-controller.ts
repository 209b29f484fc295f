import type { MeasurePlan, Progress } from '../../measure/measure-plan.ts';
import type { Report, Result } from '../../measure/report.ts';
import type { LabClient, MeasureOptions } from '../../worker/api.ts';
import { CallController } from '../lab/call-controller.ts';
import type { NamedReport } from './history/history.ts';

/** Owns a run and what it yields: results as they arrive, the report at its end. */
export class BenchController extends CallController {
  results: readonly Result[] = [];
  /** The whole report: of the run that is done, or of a file. */
  report: Report | undefined;
  /** The file the report came from. */
  source: string | undefined;
  /** What reports are compared with. */
  baseline: NamedReport | undefined;

  /** @returns the report, if the run came to its end */
  async start(
    lab: LabClient,
    plan: MeasurePlan,
    options: Pick<MeasureOptions, 'watchMs'> = {},
  ): Promise<Report | undefined> {
    await this.call(async (running) => {
      this.results = [];
      this.report = undefined;
      this.source = undefined;
      const report = await lab.measure(plan, { ...options, ...running });
      this.report = report;
      this.results = report.results;
    });
    return this.run.kind === 'done' ? this.report : undefined;
  }

  /** Forgets what was measured. */
  clear(): void {
    this.report = undefined;
    this.source = undefined;
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
    this.become(this.run);
  }

  protected override told({ result }: Progress): void {
    if (result) this.results = [...this.results, result];
  }
}
