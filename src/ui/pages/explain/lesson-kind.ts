import type { TemplateResult } from 'lit';
import type { z } from '../../../core/schema.ts';
import type { TileSize } from '../../../tile/trace-tiles.ts';
import type { Fields } from '../../form/fields.ts';
import type { Form } from '../../form/form-fields.ts';
import type { Lesson } from './frame.ts';

/** The most rows or columns whose numbers can still be read. */
export const MOST_LINES = 16;

/** A problem that the fields describe, and how to step through it. */
export interface Prepared {
  readonly problem: object;
  start(tile: TileSize, seed: number): Lesson;
}

/** A kernel that the page steps through. */
export interface LessonKind {
  /** Its name in links. */
  readonly id: string;
  readonly title: string;
  /** The fields of its problem, and what a link leaves out. */
  readonly defaults: Fields;
  /** Reads them out of all fields of the page. */
  readonly schema: z.ZodMiniType<Prepared>;
  /** The controls of its problem. */
  controls(form: Form): TemplateResult;
}
