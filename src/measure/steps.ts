import type { MeasureContext } from './context.ts';
import type { Progress } from './measure-plan.ts';

/** Reports progress within one step of a call; `fraction` is that of the step. */
export type Tell = (stage: Progress['stage'], fraction: number, message: string) => void;

/** Maps progress within a step to progress of the whole call. */
export class Steps {
  private started = 0;
  private stage: Progress['stage'] = 'compile';
  private fraction = 0;

  constructor(
    private readonly context: Pick<MeasureContext, 'onProgress'>,
    private readonly total: number,
  ) {}

  next(stage: Progress['stage']): Tell {
    const step = this.started++;
    this.stage = stage;
    return (within, fraction, message) => {
      this.stage = within;
      this.fraction = Math.max(this.fraction, (step + Math.min(1, fraction)) / this.total);
      this.report({ message });
    };
  }

  /** Counts steps as done that turn out not to be needed. */
  skip(count: number): void {
    this.started += count;
  }

  report(what: Pick<Progress, 'message' | 'checked' | 'result'>): void {
    this.context.onProgress?.({ stage: this.stage, fraction: this.fraction, ...what });
  }
}
