import { ShapeError } from '../../core/errors.ts';
import type { MergeProblem } from './passes/merge.ts';
import type { Arrays } from '../../core/variant.ts';
import { describe, requireShape, requireTensor, type FloatTensor } from '../../core/tensor.ts';
import type { AttentionState } from './api.ts';

/**
 * Checks the argument of `lab.mergeStates` and lays the states end to end.
 * @throws ShapeError naming the state
 */
export function mergeCall(states: readonly AttentionState[]): { problem: MergeProblem; inputs: Arrays } {
  if (!Array.isArray(states) || states.length === 0) {
    throw new ShapeError('states', 'a list of at least one { output, lse }', describe(states));
  }
  const checked = states.map((state: AttentionState, k) => ({
    output: requireTensor(`states[${k}].output`, state.output, 4),
    lse: requireTensor(`states[${k}].lse`, state.lse, 3),
  }));
  const [batch = 0, numHeads = 0, seqLenQ = 0, headDimV = 0] = checked[0]?.output.shape ?? [];
  checked.forEach(({ output, lse }, k) => {
    requireShape(`states[${k}].output`, output, [batch, numHeads, seqLenQ, headDimV]);
    requireShape(`states[${k}].lse`, lse, [batch, numHeads, seqLenQ]);
  });
  return {
    problem: { numStates: checked.length, numRows: batch * numHeads * seqLenQ, headDimV },
    inputs: {
      outputs: concatenate(checked.map(({ output }) => output)),
      lses: concatenate(checked.map(({ lse }) => lse)),
    },
  };
}

function concatenate(tensors: readonly FloatTensor[]): Float32Array {
  const whole = new Float32Array(tensors.reduce((sum, { data }) => sum + data.length, 0));
  tensors.reduce((at, { data }) => {
    whole.set(data, at);
    return at + data.length;
  }, 0);
  return whole;
}
