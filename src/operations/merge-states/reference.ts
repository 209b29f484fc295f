import { lseOf, merge, NOTHING_SEEN, weightOf } from '../../tile/online-softmax.ts';
import { stateSize, type MergeStatesProblem } from './problem.ts';

/**
 * States merged in float64: lse = log Σ exp(lseₖ), O = Σ exp(lseₖ − lse) Oₖ. A state with lse −∞ counts for nothing,
 * whatever its output holds.
 */
export function mergeStatesReference(
  problem: MergeStatesProblem,
  outputs: ArrayLike<number>,
  lses: ArrayLike<number>,
  rows: readonly number[],
): { readonly output: Float64Array; readonly lse: Float64Array } {
  const { numStates, numRows, headDimV } = problem;
  const output = new Float64Array(rows.length * headDimV);
  const lse = new Float64Array(rows.length);
  rows.forEach((row, at) => {
    const parts = Array.from({ length: numStates }, (_, k) => lses[k * numRows + row] ?? NaN);
    const state = parts.map((peak) => ({ peak, total: 1 })).reduce(merge, NOTHING_SEEN);
    lse[at] = parts.some(Number.isNaN) ? NaN : lseOf(state);
    parts.forEach((part, k) => {
      // Not by the lse: beside a huge maximum it has no digit of the total.
      const weight = weightOf(part, state.peak);
      if (weight === 0) return;
      for (let d = 0; d < headDimV; d++) {
        const value = outputs[k * stateSize(problem) + row * headDimV + d] ?? NaN;
        output[at * headDimV + d] = (output[at * headDimV + d] ?? NaN) + (weight / state.total) * value;
      }
    });
  });
  return { output, lse };
}
