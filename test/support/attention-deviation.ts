import { referenceData } from '../../src/operations/attention/data.ts';
import { attentionSizes, type AttentionProblem } from '../../src/operations/attention/problem.ts';
import type { Twins } from '../../src/operations/attention/presets/preset.ts';
import { requireArray } from '../../src/core/checks.ts';
import type { Arrays } from '../../src/core/variant.ts';
import type { Deviation } from '../../src/core/deviation.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { compare } from '../../src/core/deviation.ts';
import { sampleRows } from '../../src/core/sample.ts';

/** All rows against float64, for modifiers whose twins the test brings along. */
export function attentionDeviation(
  problem: AttentionProblem,
  inputs: Arrays,
  outputs: Arrays,
  twins: Twins,
): Deviation {
  const rows = sampleRows(attentionSizes(problem).lse, Infinity);
  const expected = attentionReference(problem, referenceData(problem, inputs, twins), rows);
  const pairs = (['output', 'lse'] as const).map((name) => ({
    actual: requireArray(outputs, name),
    expected: expected[name],
  }));
  return compare(pairs, 5e-6, 'all rows');
}
