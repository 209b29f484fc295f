/** Serving: packing, the calls of each way, and the memory of shared caches. */
import { describe, expect, test } from 'vitest';
import { renderServing, servingOn, servingPlan } from '../../bench/serving.ts';
import { normals } from '../../src/core/random.ts';
import { sampleRows } from '../../src/core/sample.ts';
import { cacheKinds } from '../../src/operations/attention/cache-bytes.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { packed, packedStarts } from '../../src/operations/attention/packing.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { servingCases } from '../../src/operations/attention/serving.ts';
import { visiblePairs } from '../../src/operations/attention/visibility.ts';
import { sampleDevice } from '../support/sample-report.ts';

describe('packing', () => {
  test('fills rows, the longest first', () => {
    expect(packed([3, 8, 5, 2, 4], 10)).toEqual([[1, 3], [2, 4], [0]]);
    expect(packed([], 10)).toEqual([]);
    expect(() => packed([11], 10)).toThrow('lengths');
  });

  test('leaves no room to any sequence', () => {
    expect(packedStarts([3, 8, 5, 2, 4], 10)).toEqual([0, 8, 10, 15, 19, 20, 23, 30]);
    expect(packedStarts([4, 4], 4)).toEqual([0, 4, 8]);
  });

  test('mixes nothing: each sequence has the output that it has alone', () => {
    const [lengths, capacity, headDim] = [[3, 8, 5], 8, 4];
    const starts = packedStarts(lengths, capacity);
    const total = starts.at(-1) ?? 0;
    const shape = { headDim, causal: 'bottom-right' } as const;
    const [query, key, value] = [1, 2, 3].map((seed) => normals(total * headDim, seed));
    if (!query || !key || !value) throw new Error('three arrays');
    const documents = { seqLenQ: total, cuSeqLensQ: starts, cuSeqLensKV: starts };
    const problem = attentionProblem({ ...shape, ...documents, rope: {} });
    const whole = attentionReference(problem, { query, key, value }, sampleRows(total, total));
    starts.slice(1).forEach((end, index) => {
      const [from, to] = [(starts[index] ?? 0) * headDim, end * headDim];
      const length = end - (starts[index] ?? 0);
      const own = attentionReference(
        attentionProblem({ ...shape, seqLenQ: length, rope: {} }),
        { query: query.slice(from, to), key: key.slice(from, to), value: value.slice(from, to) },
        sampleRows(length, length),
      );
      own.output.forEach((expected, at) => {
        expect(whole.output[from + at]).toBeCloseTo(expected, 12);
      });
    });
  });
});

describe('ways to serve', () => {
  test.each(['cpu', 'gpu'] as const)(
    'are problems with the same visible pairs of the same tokens, %s',
    (device) => {
      const [mixed] = servingCases(device);
      const pairs = (calls: readonly object[] = []) =>
        calls.reduce<number>((sum, call) => sum + visiblePairs(attentionProblem(call)), 0);
      expect(pairs(mixed?.ways[1].calls)).toBe(pairs(mixed?.ways[0].calls));
      for (const { ways } of servingCases(device)) {
        for (const { calls } of ways) expect(() => calls.map(attentionProblem)).not.toThrow();
      }
    },
  );

  test('are planned, and told without results', () => {
    const cases = servingOn(sampleDevice);
    expect(servingPlan(cases, 1).cases).toHaveLength(9);
    expect(renderServing(cases, [])).toContain('not measured');
  });
});

test('caches that heads and layers share', () => {
  const model = {
    layers: 32,
    numHeads: 32,
    numKVHeads: 8,
    headDim: 128,
    headDimV: 128,
    dtype: 'f16',
  } as const;
  const bytes = cacheKinds(model).map(({ bytesPerToken }) => bytesPerToken);
  expect(bytes).toEqual([32 * 32 * 512, 32 * 8 * 512, 32 * 512, 16 * 8 * 512, 8 * 512, 32 * 32 * 256]);
  const titles = cacheKinds({ ...model, numKVHeads: 32 }).map(({ title }) => title);
  expect(titles).not.toContain('Grouped (GQA)');
});
