import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { AbortError } from '../../../core/errors.ts';
import type { LabClient } from '../../../worker/api.ts';
import { AttentionLesson } from './attention-lesson.ts';
import { ContrastiveLesson } from './contrastive-lesson.ts';
import type { Lesson } from './frame.ts';
import type { AgreementState } from './gpu-agreement.ts';
import type { ExplainPlan } from './settings.ts';

/** Holds the lesson of a problem, and asks the GPU for the same once there is one. */
export class LessonController implements ReactiveController {
  lesson: Lesson | undefined;
  agreement: AgreementState = { kind: 'waiting' };
  private key = '';
  private lab: LabClient | undefined;
  private running: AbortController | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.running?.abort();
    this.key = '';
    this.lab = undefined;
  }

  /** Makes the lesson anew if it is another problem. */
  show(plan: ExplainPlan): void {
    const { step: _step, ...problem } = plan;
    const key = JSON.stringify(problem);
    if (key === this.key) return;
    this.key = key;
    this.lesson = lessonOf(plan);
    void this.compare();
  }

  connect(lab: LabClient): void {
    this.lab = lab;
    void this.compare();
  }

  private async compare(): Promise<void> {
    const { lab, lesson } = this;
    this.running?.abort();
    if (!lab || !lesson) return;
    const running = new AbortController();
    this.running = running;
    this.set({ kind: 'running' });
    try {
      const agreement = await lesson.run(lab, running.signal);
      if (this.running === running) this.set({ kind: 'done', agreement });
    } catch (error) {
      // Aborted is overtaken by another problem.
      if (this.running === running && !(error instanceof AbortError)) this.set({ kind: 'failed', error });
    }
  }

  private set(agreement: AgreementState): void {
    this.agreement = agreement;
    this.host.requestUpdate();
  }
}

function lessonOf(plan: ExplainPlan): Lesson {
  return plan.lesson === 'attention'
    ? new AttentionLesson(plan.problem, plan.tile, plan.seed)
    : new ContrastiveLesson(plan.problem, plan.tile, plan.seed);
}
