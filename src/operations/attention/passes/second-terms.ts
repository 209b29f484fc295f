import { floatBuffer, type Binding, type PlanBuffer } from '../../../core/plan.ts';
import { walkedSlots } from '../selected.ts';
import { attentionSizes, type AttentionProblem } from '../problem.ts';

/** The second terms of a stored score matrix, where scores have two: `lib/two_term.wesl`. */
export function restBuffers(problem: AttentionProblem): PlanBuffer[] {
  const count = attentionSizes(problem).lse * walkedSlots(problem);
  return problem.scorePrecision === 'two-term' ? [floatBuffer('workspace', 'scoreRests', count)] : [];
}

/** The second terms, bound to a pass. */
export const restBindings = ({ scorePrecision }: AttentionProblem, access: Binding['access']): Binding[] =>
  scorePrecision === 'two-term' ? [{ buffer: 'scoreRests', access }] : [];
