import type { LabClient } from '../../../worker/api.ts';
import { CallController } from '../../lab/call-controller.ts';
import type { Agreement, Lesson } from './frame.ts';
import type { ExplainPlan } from './settings.ts';

/** Holds the lesson of a problem, and asks the GPU for the same once there is one. */
export class LessonController extends CallController<Agreement> {
  lesson: Lesson | undefined;
  private key = '';
  private lab: LabClient | undefined;

  override hostDisconnected(): void {
    super.hostDisconnected();
    this.key = '';
    this.lab = undefined;
  }

  /** Makes the lesson anew if it is another problem. */
  show(plan: ExplainPlan): void {
    const { step: _step, ...problem } = plan;
    const key = JSON.stringify(problem);
    if (key === this.key) return;
    this.key = key;
    this.lesson = plan.start();
    void this.compare();
  }

  connect(lab: LabClient): void {
    this.lab = lab;
    void this.compare();
  }

  private async compare(): Promise<void> {
    const { lab, lesson } = this;
    if (lab && lesson) await this.replace(({ signal }) => lesson.run(lab, signal));
  }
}
