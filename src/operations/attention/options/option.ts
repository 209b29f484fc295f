import { optionsOf } from '../../../core/option.ts';
import type { AttentionArgs } from '../api.ts';
import type { AttentionProblem } from '../problem.ts';

/** A row of attention's table: its field is in `AttentionProblem`, its argument in `AttentionArgs`. */
export const option = optionsOf<AttentionProblem, AttentionArgs>();

/** Headings of the form. */
export const MASKS = 'Masks';
export const SCORES = 'Scores';
export const PRECISION = 'Precision';

/** Longer than any sequence. */
export const MAX_REACH = 2 ** 24;
