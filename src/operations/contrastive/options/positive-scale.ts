import { ShapeError } from '../../../core/errors.ts';

/** The error of a scale that somebody divides by, or compares similarities with. */
export const positiveScale = (what: string, got: number): ShapeError =>
  new ShapeError('logitScale', `a positive number, which ${what} needs`, String(got));
