import { unpackOptions } from '../../src/kernels/attention/options.ts';
import { attentionSizes, type AttentionProblem } from '../../src/kernels/attention/problem.ts';
import type { Twins } from '../../src/kernels/attention/presets/preset.ts';
import { requireArray } from '../../src/kernels/checks.ts';
import type { Arrays, Deviation } from '../../src/kernels/operation.ts';
import { attentionReference } from '../../src/reference/attention.ts';
import { compare } from '../../src/reference/compare.ts';
import { sampleRows } from '../../src/reference/sample.ts';

/** All rows against float64, for modifiers whose twins the test brings along. */
export function attentionDeviation(
  problem: AttentionProblem,
  inputs: Arrays,
  outputs: Arrays,
  twins: Twins,
): Deviation {
  const { options, bias, mask } = inputs;
  const expected = attentionReference(
    problem,
    {
      query: requireArray(inputs, 'query'),
      key: requireArray(inputs, 'key'),
      value: requireArray(inputs, 'value'),
      bias,
      mask: mask && new Uint8Array(mask.buffer, mask.byteOffset, mask.byteLength),
      ...(options instanceof Uint32Array && unpackOptions(problem, options)),
      ...twins,
    },
    sampleRows(attentionSizes(problem).lse, Infinity),
  );
  const pairs = (['output', 'lse'] as const).map((name) => ({
    actual: requireArray(outputs, name),
    expected: expected[name],
  }));
  return compare(pairs, 5e-6, 'all rows');
}
