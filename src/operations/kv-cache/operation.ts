import { requireTyped } from '../../core/checks.ts';
import { compare } from '../../core/deviation.ts';
import type { Kernels } from '../../core/operation.ts';
import { normals } from '../../core/random.ts';
import { coverage, pickRows, sampleRows } from '../../core/sample.ts';
import { sizeClass } from '../../tile/size-class.ts';
import { decodeCache, encodeCache } from './encode.ts';
import { groupsOf, type CacheProblem } from './problem.ts';
import { attendRow, rowCount, rowFlops } from './reference.ts';
import { split } from './variants.ts';

/** Relative L2 error against float64 over the decoded cache that kernels may have. */
export const KERNEL_BOUND = 5e-6;

/** Attention over an encoded cache. Kernels are right if they are what float64 is over the decoded cache, however much that lost. */
export const kvCache: Kernels<CacheProblem> = {
  id: 'kv-cache',
  variants: [split],
  flops: (problem) => rowCount(problem) * rowFlops(problem),
  tuningClass: ({ method, seqLenKV }) => [method, sizeClass(seqLenKV)],
  inputs(problem, seed) {
    const keys = groupsOf(problem) * problem.seqLenKV;
    const data = {
      query: normals(rowCount(problem) * problem.headDim, seed),
      key: normals(keys * problem.headDim, seed + 1),
      value: normals(keys * problem.headDimV, seed + 2),
    };
    return { query: data.query, ...encodeCache(problem, data) };
  },
  verify(problem, inputs, outputs, flopBudget) {
    const total = rowCount(problem);
    const rows = sampleRows(total, flopBudget / rowFlops(problem));
    const query = requireTyped(inputs, 'query', Float32Array);
    const parts = decodeCache(problem, inputs);
    const width = problem.headDimV;
    const output = new Float64Array(rows.length * width);
    const lse = new Float64Array(rows.length);
    rows.forEach((row, index) => {
      const attended = attendRow(problem, query, parts, row);
      output.set(attended.output, index * width);
      lse[index] = attended.lse;
    });
    const actual = (name: string, columns: number) =>
      pickRows(requireTyped(outputs, name, Float32Array), columns, rows);
    return compare(
      [
        { output: 'output', width, actual: actual('output', width), expected: output },
        { output: 'lse', actual: actual('lse', 1), expected: lse },
      ],
      KERNEL_BOUND,
      coverage(rows.length, total),
    );
  },
};
