import type { Option } from '../../../core/option.ts';
import type { AttentionProblem } from '../problem.ts';
import { MASK_OPTIONS } from './masks.ts';
import { MODIFIER_OPTIONS } from './modifiers.ts';
import { dtype, SCORE_OPTIONS, scorePrecision } from './scores.ts';
import { SHAPE_OPTIONS } from './shape.ts';

/** Every option of attention, in the order in which they shape a problem: extents first, then what is broadcast over them. */
export const attentionOptions: readonly Option<AttentionProblem>[] = [
  ...SHAPE_OPTIONS,
  ...MASK_OPTIONS,
  ...SCORE_OPTIONS,
  dtype,
  scorePrecision,
  ...MODIFIER_OPTIONS,
];
