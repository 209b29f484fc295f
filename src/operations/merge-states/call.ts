import { floatsOf, singleCall } from '../../core/call.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Call } from '../../core/operation.ts';
import { describe, endToEnd, requireShape, requireTensor } from '../../core/tensor.ts';
import type { AttentionStateArg } from '../attention/api.ts';
import type { MergeStatesResult } from './api.ts';
import type { MergeStatesProblem } from './problem.ts';

/**
 * Checks the argument of `lab.mergeStates` and lays the states end to end.
 * @throws ShapeError naming the state
 */
export function mergeStatesCall(
  states: readonly AttentionStateArg[],
): Call<MergeStatesProblem, MergeStatesResult> {
  if (!Array.isArray(states) || states.length === 0) {
    throw new ShapeError('states', 'a list of at least one { output, lse }', describe(states));
  }
  const checked = states.map((state: AttentionStateArg | null, k) => ({
    output: requireTensor(`states[${k}].output`, state?.output, 4),
    lse: requireTensor(`states[${k}].lse`, state?.lse, 3),
  }));
  const [batch = 0, numHeads = 0, seqLenQ = 0, headDimV = 0] = checked[0]?.output.shape ?? [];
  const rowShape = [batch, numHeads, seqLenQ];
  checked.forEach(({ output, lse }, k) => {
    requireShape(`states[${k}].output`, output, [...rowShape, headDimV]);
    requireShape(`states[${k}].lse`, lse, rowShape);
    // Nobody looks into a tensor that is on the device.
    if (lse.data instanceof Float32Array && lse.data.includes(Infinity)) {
      throw new ShapeError(`states[${k}].lse`, 'numbers below +∞: no weights come out of it', '+∞');
    }
  });
  const problem = { numStates: checked.length, numRows: batch * numHeads * seqLenQ, headDimV };
  const inputs = {
    outputs: endToEnd(checked.map(({ output }) => output.data)),
    lses: endToEnd(checked.map(({ lse }) => lse.data)),
  };
  return singleCall({ problem, inputs }, ({ outputs, run }) => ({
    output: floatsOf([...rowShape, headDimV], outputs, 'output'),
    lse: floatsOf(rowShape, outputs, 'lse'),
    run,
  }));
}
