import type { ReactiveControllerHost } from 'lit';
import type { MeasurePlan } from '../../measure/measure-plan.ts';
import type { Report, Result } from '../../measure/report.ts';
import type { LabClient, MeasureOptions } from '../../worker/api.ts';
import { CallController } from '../lab/call-controller.ts';
import type { NamedReport } from './history/history.ts';

/** Owns a run and what it yields: results as they arrive, first without times, and the report at its end. */
export class BenchController extends CallController<Report> {
  results: readonly Result[] = [];
  /** The whole report: of the run that is done, or of a file. */
  report: Report | undefined;
  /** The file the report came from. */
  source: string | undefined;
  /** The report that others are compared with. */
  baseline: NamedReport | undefined;

  /** Results of the case that is being measured: checked, in the order of the case, and without times so far. */
  private checked: readonly Result[] = [];

  constructor(private readonly element: ReactiveControllerHost) {
    super(element, ({ checked, result }) => {
      const final = this.final;
      if (checked) this.checked = [...this.checked, checked];
      if (result) {
        final.push(result);
        this.checked = this.checked.slice(1);
      }
      this.results = [...final, ...this.checked];
    });
  }

  private get final(): Result[] {
    return this.results.slice(0, this.results.length - this.checked.length);
  }

  /** @returns the report, if the run came to its end */
  start(
    lab: LabClient,
    plan: MeasurePlan,
    options: Pick<MeasureOptions, 'watchMs'> = {},
  ): Promise<Report | undefined> {
    return this.call(async (running) => {
      this.take(undefined, undefined);
      try {
        const report = await lab.measure(plan, { ...options, ...running });
        this.take(report, undefined);
        return report;
      } finally {
        // A run that ends early leaves what is final.
        this.results = this.final;
        this.checked = [];
      }
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
    this.checked = [];
  }
}
