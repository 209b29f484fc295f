import { UnsupportedError } from '../../errors.ts';
import { attentionReference, type AttentionData } from '../../reference/attention.ts';
import { compare } from '../../reference/compare.ts';
import { coverage, pickRows, sampleRows } from '../../reference/sample.ts';
import { requireArray } from '../checks.ts';
import type { Arrays, Operation } from '../operation.ts';
import { sizeOf } from '../../tensor.ts';
import { normals, uniformStream } from '../random.ts';
import { flash } from './flash.ts';
import { naive } from './naive.ts';
import { packBytes, packOptions, unpackOptions } from './options.ts';
import { attentionSizes, type AttentionProblem } from './problem.ts';
import { forwardDefaults } from './passes.ts';
import { splitKV, splitsFor } from './split-kv.ts';
import { twoPass } from './two-pass.ts';
import { attentionFlops } from './visibility.ts';

/** Relative L2 error against float64 that an f32 forward may have. */
const BOUND = 5e-6;

export const attention: Operation<AttentionProblem> = {
  id: 'attention',
  title: 'Attention, forward',
  variants: [naive, twoPass, flash, splitKV],
  preferred: (problem, device) => {
    const worthIt = splitsFor(problem, forwardDefaults(problem, device), device) > 1;
    return worthIt ? [splitKV.id, flash.id, naive.id] : [flash.id, naive.id];
  },
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
    if (problem.scoreMod !== undefined || problem.maskMod !== undefined) {
      throw new UnsupportedError('a modifier in WGSL has no float64 reference to be compared with');
    }
    const perRow = 2 * problem.seqLenKV * (problem.headDim + problem.headDimV);
    const rows = sampleRows(total, flopBudget / perRow);
    const expected = attentionReference(problem, referenceData(problem, inputs), rows);
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

/** A plan's inputs as the reference takes them. */
export function referenceData(problem: AttentionProblem, inputs: Arrays): AttentionData {
  const { options, mask, bias } = inputs;
  return {
    query: requireArray(inputs, 'query'),
    key: requireArray(inputs, 'key'),
    value: requireArray(inputs, 'value'),
    bias,
    mask: mask && new Uint8Array(mask.buffer, mask.byteOffset, mask.byteLength),
    ...(options instanceof Uint32Array && unpackOptions(problem, options)),
  };
}

/** Hides one key in four. */
const randomMask = (count: number, seed: number): Uint8Array => {
  const uniform = uniformStream(seed);
  return Uint8Array.from({ length: count }, () => (uniform() < 0.75 ? 1 : 0));
};
