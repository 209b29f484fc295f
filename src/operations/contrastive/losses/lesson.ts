import type { ExcerptSpec } from '../../../core/excerpt.ts';
import type { ContrastivePhase } from '../phase.ts';

/** The places that a step is at, in words: `rows 0–3, columns 4–7`, `rows 0–3`, `rows 4–7`. */
export interface StepPlace {
  readonly tile: string;
  readonly ofX: string;
  readonly ofY: string;
}

/** A step of the kernel, as the explain page tells it. */
export interface LessonStep {
  title(place: StepPlace): string;
  readonly formula: string;
  readonly words: string;
  /** Where the kernels do it. */
  readonly excerpts: readonly ExcerptSpec[];
}

/** The steps that the trace of a loss has. */
export type LossLesson = Readonly<Partial<Record<ContrastivePhase, LessonStep>>>;
