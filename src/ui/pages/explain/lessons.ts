import { attentionKind } from './attention-kind.ts';
import { contrastiveKind } from './contrastive-kind.ts';
import type { LessonKind } from './lesson-kind.ts';

/** All lessons, in teaching order. To add one, add a line. */
export const LESSONS: readonly [LessonKind, ...LessonKind[]] = [attentionKind, contrastiveKind];

/** The lesson that a field names; the first, if it names none. */
export const lessonCalled = (id: string | undefined): LessonKind =>
  LESSONS.find((lesson) => lesson.id === id) ?? LESSONS[0];
