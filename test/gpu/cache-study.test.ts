/** A study on a device, against the same figures in float64. */
import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { METHODS } from '../../src/operations/kv-cache/methods/index.ts';
import { syntheticCache } from '../../src/operations/kv-cache/synthetic.ts';
import { useAnyLab } from '../support/any-lab.ts';

const lab = useAnyLab();

const SHAPE = { numHeads: 4, numKVHeads: 2, seqLenQ: 5, seqLenKV: 72, headDim: 32 };
const inputs = syntheticCache('model', SHAPE);

describe('cacheStudy', () => {
  test('every method is right, and the exact cache loses nothing', async () => {
    const { rows, run } = await lab().cacheStudy({ ...inputs, methods: METHODS.map(({ id }) => ({ id })) });
    expect(rows.map(({ id }) => id)).toEqual(METHODS.map(({ id }) => id));
    for (const row of rows) {
      expect(row.kernelRelL2, row.id).toBeLessThanOrEqual(5e-6);
      expect(row.ms, row.id).toBeGreaterThan(0);
      expect(row.appendMs, row.id).toBeGreaterThan(0);
      expect(row.sameTop, row.id).toBeGreaterThanOrEqual(0);
    }
    expect(rows[0]).toMatchObject({ outputRelL2: 0, logitMaxAbs: 0, kl: 0, sameTop: 1, keptTokens: 72 });
    expect(rows[0]?.bytesPerToken).toBe(2 * 2 * 32 * 4);
    expect(run).toMatchObject({
      queries: 5,
      coverage: 'all 20 rows',
      exact: { bytesPerToken: 2 * 2 * 32 * 4 },
    });
    expect(rows.every(({ timeOverExact }) => timeOverExact !== null && timeOverExact > 0)).toBe(true);
  });

  test('a budget of all keys loses nothing', async () => {
    const methods = [{ id: 'knorm', params: { budget: 72 }, label: 'all' }];
    const { rows } = await lab().cacheStudy({ ...inputs, methods });
    expect(rows[0]).toMatchObject({ label: 'all', keptTokens: 72, logitMaxAbs: 0, sameTop: 1 });
    expect(rows[0]?.outputRelL2).toBeLessThan(1e-12);
  });

  test('attention over the exact cache is told as a matrix', async () => {
    const { query, key, causal } = inputs;
    const { shape, data } = await lab().cacheAttention({ query, key, causal });
    expect(shape).toEqual([1, 4, 5, 72]);
    expect(data.subarray(0, 72).reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
    // The first of five queries does not see the last four keys.
    expect(data[68]).toBe(0);
    const odd: object = { methods: [] };
    await expect(lab().cacheAttention({ query, key, ...odd })).rejects.toMatchObject({ argument: 'methods' });
  });

  test('a call is refused by the name of its argument', async () => {
    const study = (extra: object) => lab().cacheStudy({ ...inputs, methods: [{ id: 'exact' }], ...extra });
    await expect(study({ methods: [] })).rejects.toMatchObject({ argument: 'methods' });
    await expect(study({ methods: [{ id: 'nothing' }] })).rejects.toBeInstanceOf(UnsupportedError);
    await expect(study({ methods: [{ id: 'knorm', params: { budget: -1 } }] })).rejects.toMatchObject({
      argument: 'methods[0].params.budget',
    });
    await expect(study({ softcap: 3 })).rejects.toBeInstanceOf(ShapeError);
    await expect(study({ causal: 'top-left' })).rejects.toMatchObject({ argument: 'causal' });
  });
});
