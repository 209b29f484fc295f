import type { ReactiveControllerHost } from 'lit';
import type { MeasureCase } from '../../measure/measure-plan.ts';
import type { Tuned } from '../../measure/tuning/tuned.ts';
import type { LabClient, TunedState } from '../../worker/api.ts';
import { CallController } from './call-controller.ts';

/** Owns a search, and the parameters that searches have kept. */
export class TuneController extends CallController<Tuned> {
  kept: TunedState = { entries: [], notes: [] };

  constructor(private readonly element: ReactiveControllerHost) {
    super(element);
  }

  async start(
    lab: LabClient,
    { operation, problem }: MeasureCase,
    variant: string,
    budgetMs: number,
  ): Promise<void> {
    await this.call(async (running) => {
      const tuned = await lab.tune(operation, problem, { variant, budgetMs, ...running });
      this.kept = await lab.tuned();
      return tuned;
    });
  }

  async refresh(lab: LabClient): Promise<void> {
    this.kept = await lab.tuned();
    this.element.requestUpdate();
  }

  async forget(lab: LabClient): Promise<void> {
    this.kept = await lab.forgetTuned();
    this.clear();
  }
}
