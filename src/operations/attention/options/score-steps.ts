import type { AttentionProblem } from '../problem.ts';
import { alibiStep } from './alibi.ts';
import { biasStep } from './bias.ts';
import { blockMaskStep } from './block-mask.ts';
import type { OptionValues } from './fields.ts';
import { logitScalesStep } from './logit-scales.ts';
import { maskStep } from './mask.ts';
import { maskModStep, scoreModStep } from './modifiers.ts';
import type { RowStep, ScoreRow, ScoreStep } from './score-step.ts';
import { scaleStep } from './softmax-scale.ts';
import { softcapStep } from './softcap.ts';

/**
 * Everything that changes a score, in the order in which it does: scale, logit scales, softcap, ALiBi, bias, modifier, and what masks
 * hide. `shaders/attention/lib/scores.wesl` has the same order.
 */
export const SCORE_STEPS: readonly ScoreStep[] = [
  scaleStep,
  logitScalesStep,
  softcapStep,
  alibiStep,
  biasStep,
  scoreModStep,
  maskStep,
  blockMaskStep,
  maskModStep,
];

const isSet = (problem: AttentionProblem, { field }: ScoreStep): boolean =>
  problem[field] !== undefined && problem[field] !== false;

/** The steps that a problem has. */
export const stepsOf = (problem: AttentionProblem): ScoreStep[] =>
  SCORE_STEPS.filter((step) => isSet(problem, step));

/** The steps that a problem has, on one row. */
export const rowSteps = (problem: AttentionProblem, data: OptionValues, row: ScoreRow): RowStep[] =>
  stepsOf(problem).map((step) => step.onRow(problem, data, row));

/** Whether a step before the bias has a slope of its own, beside the softmax scale. */
export const isBent = (problem: AttentionProblem): boolean =>
  stepsOf(problem).some(({ bends }) => bends === true);
