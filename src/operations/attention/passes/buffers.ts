import { optionBuffers } from '../../../core/option-data.ts';
import type { Rows } from '../../../core/option-table.ts';
import { floatBuffer, floatBytes, typedBuffer, type PlanBuffer } from '../../../core/plan.ts';
import { attentionOptions } from '../options/index.ts';
import { attentionSizes, type AttentionProblem } from '../problem.ts';

/** The inputs and outputs every forward variant has. */
export function dataBuffers(problem: AttentionProblem): PlanBuffer[] {
  const { output, lse } = attentionSizes(problem);
  return [
    ...inputBuffers(problem),
    tensorBuffer(problem, 'output', 'output', output),
    floatBuffer('output', 'lse', lse),
  ];
}

/** A buffer of whatever the problem's tensors are made of. */
export function tensorBuffer(
  { dtype }: AttentionProblem,
  role: PlanBuffer['role'],
  name: string,
  count: number,
): PlanBuffer {
  if (dtype === undefined) return floatBuffer(role, name, count);
  return typedBuffer(role, name, dtype, count);
}

/** Bytes of `attention/lib/row_stats.wesl`'s struct for each row. */
export const statsBytes = (problem: AttentionProblem): number => floatBytes(4 * attentionSizes(problem).lse);

/** The inputs that forward and backward share, and those that options bring along. */
export function inputBuffers(
  problem: AttentionProblem,
  options: Rows<AttentionProblem> = attentionOptions,
): PlanBuffer[] {
  const { query, key, value } = attentionSizes(problem);
  return [
    tensorBuffer(problem, 'input', 'query', query),
    tensorBuffer(problem, 'input', 'key', key),
    tensorBuffer(problem, 'input', 'value', value),
    ...optionBuffers(options, problem).map(({ name, dtype, count }) =>
      typedBuffer('input', name, dtype, count),
    ),
  ];
}
