import { attentionReference } from '../../reference/attention.ts';
import { compare } from '../../reference/compare.ts';
import { coverage, pickRows, sampleRows } from '../../reference/sample.ts';
import { requireArray } from '../checks.ts';
import type { Operation } from '../operation.ts';
import { normals } from '../random.ts';
import { flash } from './flash.ts';
import { naive } from './naive.ts';
import { attentionFlops, attentionSizes, type AttentionProblem } from './problem.ts';
import { twoPass } from './two-pass.ts';

/** Relative L2 error against float64 that an f32 forward may have. */
const BOUND = 5e-6;

export const attention: Operation<AttentionProblem> = {
  id: 'attention',
  title: 'Attention, forward',
  variants: [naive, twoPass, flash],
  flops: attentionFlops,
  inputs(problem, seed) {
    const { query, key, value } = attentionSizes(problem);
    return {
      query: normals(query, seed),
      key: normals(key, seed + 1),
      value: normals(value, seed + 2),
    };
  },
  verify(problem, inputs, outputs, flopBudget) {
    const { lse: total } = attentionSizes(problem);
    const perRow = 2 * problem.seqLenKV * (problem.headDim + problem.headDimV);
    const rows = sampleRows(total, flopBudget / perRow);
    const expected = attentionReference(
      problem,
      {
        query: requireArray(inputs, 'query'),
        key: requireArray(inputs, 'key'),
        value: requireArray(inputs, 'value'),
      },
      rows,
    );
    const actual = (name: string, width: number) => pickRows(requireArray(outputs, name), width, rows);
    return compare(
      [
        { actual: actual('output', problem.headDimV), expected: expected.output },
        { actual: actual('lse', 1), expected: expected.lse },
      ],
      BOUND,
      coverage(rows.length, total),
    );
  },
};
