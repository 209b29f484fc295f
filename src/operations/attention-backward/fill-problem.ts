import { UnsupportedError } from '../../core/errors.ts';
import { givenFields } from '../../core/option-table.ts';
import { attentionProblem } from '../attention/fill-problem.ts';
import { gradientOptions } from './options.ts';
import { FORWARD_ONLY, type AttentionBackwardProblem } from './problem.ts';

/** Fills in defaults and checks, as `attentionProblem` does. @throws ShapeError, UnsupportedError */
export function attentionBackwardProblem(
  partial: Partial<AttentionBackwardProblem>,
): AttentionBackwardProblem {
  const problem = attentionProblem(partial);
  for (const name of FORWARD_ONLY) {
    if (problem[name] === undefined) continue;
    throw new UnsupportedError(`there are no gradients with ${name}, which is for decoding`, name);
  }
  if (problem.scoreMod !== undefined && problem.scoreModGrad === undefined) {
    throw new UnsupportedError(
      'the backward of a scoreMod needs its derivative, scoreModGrad',
      'scoreModGrad',
    );
  }
  return { ...problem, ...givenFields(gradientOptions, partial) };
}
