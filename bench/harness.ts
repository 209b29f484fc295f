/** The page that the command line drives: the same lab as every other page has, and nothing to look at. */
import { openLab } from '../src/index.ts';
import type { MeasurePlan, Progress } from '../src/measure/measure-plan.ts';
import type { DeviceReport, Report } from '../src/measure/report.ts';
import { answer, type Answer } from './answer.ts';

declare global {
  interface Window {
    /** Set once this page's code has loaded. */
    tilewiseBench?: Harness;
    /** Put there by the command line. */
    tilewiseProgress?: (progress: Progress) => Promise<void>;
    /** Put there by the command line; long answers go this way, since an evaluation has a time limit. */
    tilewiseMeasured?: (answer: Answer<Report>) => Promise<void>;
  }
}

export interface Harness {
  open(): Promise<Answer<DeviceReport>>;
  /** Answers through `tilewiseMeasured`. */
  measure(plan: MeasurePlan): void;
  abort(): void;
}

const aborter = new AbortController();
let lab: Awaited<ReturnType<typeof openLab>> | undefined;

window.tilewiseBench = {
  open: () =>
    answer(async () => {
      lab = await openLab();
      return lab.device;
    }),
  measure: (plan) => {
    const measured = answer(async () => {
      if (!lab) throw new Error('measure before open');
      return await lab.measure(plan, {
        signal: aborter.signal,
        onProgress: (progress) => void window.tilewiseProgress?.(progress),
      });
    });
    void measured.then((given) => window.tilewiseMeasured?.(given));
  },
  abort: () => aborter.abort(),
};
