/** The page that the command line drives: the same lab as every other page has, and nothing to look at. */
import { openLab } from '../src/index.ts';
import type { MeasurePlan, Progress } from '../src/measure/measure-plan.ts';
import type { Report } from '../src/measure/report.ts';
import type { Tuned } from '../src/measure/tuning/tuned.ts';
import { answer, type Answer } from './answer.ts';
import type { OpenBackend, TuneRequest } from './backends/backend.ts';

declare global {
  interface Window {
    /** Set once this page's code has loaded. */
    tilewiseBench?: Harness;
    /** Put there by the command line. */
    tilewiseProgress?: (progress: Progress) => Promise<void>;
    /** Put there by the command line; long answers go this way, since an evaluation has a time limit. */
    tilewiseAnswered?: (answer: Answer<Report | Tuned>) => Promise<void>;
  }
}

export interface Harness {
  /** @param tuned what tuning has kept, as its file has it */
  open(tuned: unknown): Promise<Answer<Pick<OpenBackend, 'device' | 'tuned'>>>;
  /** Answers through `tilewiseAnswered`, and so does `tune`. */
  measure(plan: MeasurePlan): void;
  tune(request: TuneRequest): void;
  abort(): void;
}

const aborter = new AbortController();
const options = {
  signal: aborter.signal,
  onProgress: (progress: Progress) => void window.tilewiseProgress?.(progress),
};
let lab: Awaited<ReturnType<typeof openLab>> | undefined;

window.tilewiseBench = {
  open: (tuned) =>
    answer(async () => {
      lab = await openLab({ tuned });
      return { device: lab.device, tuned: await lab.tuned() };
    }),
  measure: (plan) => passOn((open) => open.measure(plan, options)),
  tune: ({ operation, problem, ...rest }) =>
    passOn((open) => open.tune(operation, problem, { ...rest, ...options })),
  abort: () => aborter.abort(),
};

function passOn(work: (open: NonNullable<typeof lab>) => Promise<Report | Tuned>): void {
  const answered = answer(async () => {
    if (!lab) throw new Error('the lab is not open');
    return await work(lab);
  });
  void answered.then((given) => window.tilewiseAnswered?.(given));
}
