import { attentionReference } from '../../reference/attention.ts';
import { compare } from '../../reference/compare.ts';
import { coverage, pickRows, sampleRows } from '../../reference/sample.ts';
import { requireArray } from '../checks.ts';
import type { Operation } from '../operation.ts';
import { sizeOf } from '../../tensor.ts';
import { normals, uniformStream } from '../random.ts';
import { flash } from './flash.ts';
import { naive } from './naive.ts';
import { packBytes, packOptions, unpackOptions } from './options.ts';
import { attentionFlops, attentionSizes, type AttentionProblem } from './problem.ts';
import { twinsOf } from './presets/index.ts';
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
    const { numHeads, biasShape, maskShape } = problem;
    return {
      query: normals(query, seed),
      key: normals(key, seed + 1),
      value: normals(value, seed + 2),
      options: packOptions(problem, {
        // The slopes of the ALiBi paper for a power of two of heads: 2^(-8/n), 2^(-16/n), …
        alibiSlopes: Array.from({ length: numHeads }, (_, head) => 2 ** ((-8 * (head + 1)) / numHeads)),
        sinks: normals(numHeads, seed + 3),
      }),
      ...(biasShape && { bias: normals(sizeOf(biasShape), seed + 4) }),
      ...(maskShape && { mask: packBytes(randomMask(sizeOf(maskShape), seed + 5)) }),
    };
  },
  verify(problem, inputs, outputs, flopBudget) {
    const { lse: total } = attentionSizes(problem);
    const perRow = 2 * problem.seqLenKV * (problem.headDim + problem.headDimV);
    const rows = sampleRows(total, flopBudget / perRow);
    const { options, mask } = inputs;
    const expected = attentionReference(
      problem,
      {
        query: requireArray(inputs, 'query'),
        key: requireArray(inputs, 'key'),
        value: requireArray(inputs, 'value'),
        bias: inputs['bias'],
        mask: mask && new Uint8Array(mask.buffer, mask.byteOffset, mask.byteLength),
        ...(options instanceof Uint32Array && unpackOptions(problem, options)),
        ...twinsOf(problem),
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

/** Hides one key in four. */
const randomMask = (count: number, seed: number): Uint8Array => {
  const uniform = uniformStream(seed);
  return Uint8Array.from({ length: count }, () => (uniform() < 0.75 ? 1 : 0));
};
