import { requireArray } from '../../core/checks.ts';
import { compare } from '../../core/deviation.ts';
import type { Operation } from '../../core/operation.ts';
import { normals } from '../../core/random.ts';
import { coverage, pickRows, sampleRows } from '../../core/sample.ts';
import { numberIn, plainWords, plural } from '../../core/words.ts';
import { sizeClass } from '../../tile/size-class.ts';
import type { AttentionStateArg } from '../attention/api.ts';
import type { MergeStatesResult } from './api.ts';
import { mergeStatesCall } from './call.ts';
import { mergeStatesProblem, stateSize, type MergeStatesProblem } from './problem.ts';
import { mergeStatesReference } from './reference.ts';
import { naive } from './variants/naive.ts';
import { mergeStatesOptions } from './options.ts';

/** Relative L2 error against float64: states are merged in f32. */
const BOUND = 5e-6;

/** Attention over disjoint sets of keys, put together: shared prefixes (Hydragen), chunked prefill, rings. */
export const mergeStates: Operation<
  MergeStatesProblem,
  readonly AttentionStateArg[],
  MergeStatesResult,
  'merge-states'
> = {
  id: 'merge-states',
  title: 'Merging attention states',
  family: 'merge-states',
  variants: [naive],
  options: mergeStatesOptions,
  problem: mergeStatesProblem,
  example: { numStates: 2, numRows: 64 },
  // A multiply-add for each element of each state, and its weight.
  flops: (problem) => 2 * problem.numStates * stateSize(problem),
  matrixBytes: () => 0,
  tuningClass: ({ numRows }) => [sizeClass(numRows)],
  inputs: (problem, seed) => ({
    outputs: normals(problem.numStates * stateSize(problem), seed),
    lses: normals(problem.numStates * problem.numRows, seed + 1),
  }),
  verify(problem, inputs, outputs, flopBudget) {
    const { numRows, numStates, headDimV } = problem;
    const rows = sampleRows(numRows, flopBudget / (4 * numStates * headDimV));
    const [states, lses] = [requireArray(inputs, 'outputs'), requireArray(inputs, 'lses')];
    const expected = mergeStatesReference(problem, states, lses, rows);
    const actual = (name: string, width: number) => pickRows(requireArray(outputs, name), width, rows);
    return compare(
      [
        { output: 'output', width: headDimV, actual: actual('output', headDimV), expected: expected.output },
        { output: 'lse', actual: actual('lse', 1), expected: expected.lse },
      ],
      BOUND,
      coverage(rows.length, numRows),
    );
  },
  words: {
    ...plainWords('numRows'),
    size: { field: 'numRows', title: 'number of rows', unit: 'rows' },
    extent: (problem) => plural(numberIn(problem, 'numRows'), 'row'),
    family: (problem) => [
      plural(numberIn(problem, 'numStates'), 'state'),
      `headDimV ${numberIn(problem, 'headDimV')}`,
    ],
  },
  bench: {
    sized: (numRows) => ({ numRows, numStates: 4 }),
    cases: ({ device, quick }) => [
      {
        problem: { numRows: (device === 'cpu' ? 4096 : 65536) / (quick ? 4 : 1), numStates: 4 },
        takesOptions: true,
      },
    ],
  },
  call: mergeStatesCall,
};
