import { describe, expect, test } from 'vitest';
import { DataError } from '../../src/data/data-error.ts';
import { writeNpy } from '../../src/data/npy.ts';
import { syntheticEmbeddings } from '../../src/operations/retrieve/synthetic.ts';
import { ownEmbeddings } from '../../src/ui/pages/retrieve/own-embeddings.ts';
import { recallOf } from '../../src/ui/pages/retrieve/study.ts';

test('recall is the share of the nearest that are listed, in whatever order', () => {
  const exact = Uint32Array.of(1, 2, 3, 7, 8, 9);
  expect(recallOf(exact, exact, 3)).toEqual({ recall: 1, first: 1 });
  expect(recallOf(exact, Uint32Array.of(2, 1, 4, 7, 3, 2), 3)).toEqual({ recall: 0.5, first: 0.5 });
});

test('seeded embeddings have length 1, and queries around topics are near a document', () => {
  const shape = { numQueries: 3, numDocuments: 50, embedDim: 16 };
  const { query, document } = syntheticEmbeddings('topics', shape);
  const dot = (q: number, d: number) =>
    Array.from(
      { length: 16 },
      (_, at) => (query[16 * q + at] ?? NaN) * (document[16 * d + at] ?? NaN),
    ).reduce((sum, term) => sum + term);
  for (const q of [0, 1, 2]) {
    expect(Math.hypot(...query.subarray(16 * q, 16 * q + 16))).toBeCloseTo(1, 5);
    expect(Math.max(...Array.from({ length: 50 }, (_, d) => dot(q, d)))).toBeGreaterThan(0.8);
  }
});

describe('a .npy of embeddings', () => {
  const file = (shape: number[]) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => at);
    return new File([writeNpy('f32', shape, data)], 'rows.npy');
  };

  test('has its queries at its end', async () => {
    const { query, document, embedDim } = await ownEmbeddings(file([5, 2]), 2);
    expect(embedDim).toBe(2);
    expect([...document]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...query]).toEqual([6, 7, 8, 9]);
  });

  test.each([
    ['no documents left', [2, 2], 2],
    ['three dimensions', [2, 2, 2], 1],
  ])('is refused with %s', async (_, shape, queries) => {
    await expect(ownEmbeddings(file(shape), queries)).rejects.toThrow(DataError);
  });
});
