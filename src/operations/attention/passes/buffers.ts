import type { BufferDtype } from '../../../core/dtype.ts';
import { floatBuffer, typedBuffer, type PlanBuffer } from '../../../core/plan.ts';
import { sizeOf } from '../../../core/tensor.ts';
import { hasPackedOptions, packedOptionsLength } from '../option-checks.ts';
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

/** The inputs that forward and backward share. */
export function inputBuffers(problem: AttentionProblem): PlanBuffer[] {
  const { query, key, value } = attentionSizes(problem);
  return [
    tensorBuffer(problem, 'input', 'query', query),
    tensorBuffer(problem, 'input', 'key', key),
    tensorBuffer(problem, 'input', 'value', value),
    ...optionBuffers(problem).map(({ name, dtype, count }) => typedBuffer('input', name, dtype, count)),
  ];
}

/** The buffers that options bring along. */
export function optionBuffers(problem: AttentionProblem) {
  const { biasShape, maskShape } = problem;
  const buffers: { name: string; dtype: BufferDtype; count: number }[] = [];
  if (hasPackedOptions(problem)) {
    buffers.push({ name: 'options', dtype: 'words', count: packedOptionsLength(problem) });
  }
  if (biasShape !== undefined) {
    buffers.push({ name: 'bias', dtype: 'f32', count: sizeOf(biasShape) });
  }
  if (maskShape !== undefined) {
    buffers.push({ name: 'mask', dtype: 'u8', count: sizeOf(maskShape) });
  }
  return buffers;
}
