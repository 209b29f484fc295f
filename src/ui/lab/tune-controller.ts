import type { MeasureCase } from '../../measure/measure-plan.ts';
import type { Tuned } from '../../measure/tuning/tuned.ts';
import type { LabClient, TunedState } from '../../worker/api.ts';
import { CallController } from './call-controller.ts';

/** Owns a search, and what searches have kept. */
export class TuneController extends CallController {
  /** What the latest search found. */
  tuned: Tuned | undefined;
  kept: TunedState = { entries: [], notes: [] };

  async start(
    lab: LabClient,
    { operation, problem }: MeasureCase,
    variant: string,
    budgetMs: number,
  ): Promise<void> {
    await this.call(async (running) => {
      this.tuned = undefined;
      this.tuned = await lab.tune(operation, problem, { variant, budgetMs, ...running });
      this.kept = await lab.tuned();
    });
  }

  async refresh(lab: LabClient): Promise<void> {
    this.kept = await lab.tuned();
    this.become(this.run);
  }

  async forget(lab: LabClient): Promise<void> {
    this.kept = await lab.forgetTuned();
    this.become({ kind: 'idle' });
  }
}
