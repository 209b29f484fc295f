import { floatBuffer, type PlanBuffer } from '../../../core/plan.ts';
import { inputBuffers, tensorBuffer } from '../../attention/passes/buffers.ts';
import { attentionSizes } from '../../attention/problem.ts';
import { attentionBackwardOptions } from '../options.ts';
import { sumSizes, type AttentionBackwardProblem } from '../problem.ts';

/** The inputs and outputs that every variant has. */
export function backwardBuffers(problem: AttentionBackwardProblem): PlanBuffer[] {
  const { query, key, value, output } = attentionSizes(problem);
  return [
    ...inputBuffers(problem, attentionBackwardOptions),
    tensorBuffer(problem, 'input', 'outputGrad', output),
    tensorBuffer(problem, 'output', 'queryGrad', query),
    tensorBuffer(problem, 'output', 'keyGrad', key),
    tensorBuffer(problem, 'output', 'valueGrad', value),
    ...Object.entries(sumSizes(problem)).map(([name, count]) => floatBuffer('output', name, count)),
  ];
}
