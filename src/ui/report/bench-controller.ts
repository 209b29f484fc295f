import type { ReactiveControllerHost } from 'lit';
import type { MeasurePlan } from '../../measure/measure-plan.ts';
import type { Report, Result } from '../../measure/report.ts';
import type { LabClient, MeasureOptions } from '../../worker/api.ts';
import { CallController } from '../lab/call-controller.ts';
import type { NamedReport } from './history/history.ts';

/** Owns a run and what it yields: results as they arrive, the report at its end. */
export class BenchController extends CallController<Report> {
  results: readonly Result[] = [];
  /** The whole report: of the run that is done, or of a file. */
  report: Report | undefined;
  /** The file the report came from. */
  source: string | undefined;
  /** The report that others are compared with. */
  baseline: NamedReport | undefined;

  constructor(private readonly element: ReactiveControllerHost) {
    super(element, ({ result }) => {
      if (result) this.results = [...this.results, result];
    });
  }

  /** @returns the report, if the run came to its end */
  start(
    lab: LabClient,
    plan: MeasurePlan,
    options: Pick<MeasureOptions, 'watchMs'> = {},
  ): Promise<Report | undefined> {
    return this.call(async (running) => {
      this.take(undefined, undefined);
      const report = await lab.measure(plan, { ...options, ...running });
      this.take(report, undefined);
      return report;
    });
  }

  /** Shows a report in place of what is there. */
  show(report: Report, source: string): void {
    this.take(report, source);
    this.clear();
  }

  /** Forgets what was measured. */
  forget(): void {
    this.take(undefined, undefined);
    this.clear();
  }

  /** Compares what is shown, and all that follows, with a report; with none, no more. */
  compareWith(baseline: NamedReport | undefined): void {
    this.baseline = baseline;
    this.element.requestUpdate();
  }

  private take(report: Report | undefined, source: string | undefined): void {
    this.report = report;
    this.source = source;
    this.results = report?.results ?? [];
  }
}
