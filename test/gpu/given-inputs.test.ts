import { describe, expect, test } from 'vitest';
import { parseReport, type MeasureCase } from '../../src/index.ts';
import { normals } from '../../src/core/random.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { useAnyLab } from '../support/any-lab.ts';

const lab = useAnyLab();

const tokens = (seed: number) => floatTensor([1, 2, 24, 8], normals(2 * 24 * 8, seed));
const qkv = { query: tokens(31), key: tokens(32), value: tokens(33) };
const rows = (seed: number) => floatTensor([12, 8], normals(12 * 8, seed));

describe('a call that is to be checked', () => {
  test('tells how far its result is from float64', async () => {
    const { run } = await lab().attention(qkv, { variant: 'naive', check: true });
    expect(run.check).toMatchObject({ ok: true, coverage: 'all 48 rows' });
    expect(run.check?.relL2).toBeGreaterThan(0);
    expect(run.wallMs).toBeGreaterThan(0);
  });

  test('a contrastive one too, over all of its prefixes', async () => {
    const { run } = await lab().contrastive(
      { loss: 'clip', x: rows(1), y: rows(2), prefixDims: [4, 8], gradients: ['x'] },
      { variant: 'naive', check: true },
    );
    expect(run.check).toMatchObject({ ok: true, coverage: 'all 12 rows' });
  });

  test('says so where no number can be right', async () => {
    const value = floatTensor([1, 2, 24, 8], Float32Array.from(tokens(33).data).fill(NaN, 0, 1));
    const { run } = await lab().attention({ ...qkv, value }, { variant: 'naive', check: true });
    expect(run.check?.ok).toBe(false);
  });

  test('is not checked unasked', async () => {
    const { run } = await lab().attention(qkv, { variant: 'naive' });
    expect(run.check).toBeUndefined();
  });
});

// Five is no multiple of four: the last four elements of a row are one of its own and three past its end.
describe('rows of odd length that end in an infinity', () => {
  const SHAPE = [1, 1, 12, 5] as const;
  const cell = (row: number) => 5 * row + 4;

  test('have the score minus infinity, and no weight, in every variant', async () => {
    const [query, key, value] = [normals(60, 41), normals(60, 42), normals(60, 43)];
    for (let row = 0; row < 12; row++) query[cell(row)] = -1;
    key[cell(3)] = Infinity;
    const tensors = {
      query: floatTensor(SHAPE, query),
      key: floatTensor(SHAPE, key),
      value: floatTensor(SHAPE, value),
    };
    const finite = floatTensor(
      SHAPE,
      key.map((element) => Math.min(element, 9)),
    );
    const { output: expected } = await lab().attention(
      { ...tensors, key: finite, maskMod: 'return kv != 3u;' },
      { variant: 'naive' },
    );
    const small = { blockM: 8, blockN: 8, rows: 2, cols: 2 };
    const runs = [
      { variant: 'naive' },
      { variant: 'two-pass', params: small },
      { variant: 'flash', params: { ...small, quads: 0 } },
      { variant: 'flash', params: { ...small, quads: 1 } },
    ];
    for (const options of runs) {
      const { output } = await lab().attention(tensors, options);
      const apart = output.data.map((value, index) => Math.abs(value - (expected.data[index] ?? NaN)));
      expect(Math.max(...apart), JSON.stringify(options)).toBeLessThan(1e-6);
    }
  });
});

describe('a case with inputs of its own', () => {
  const problem = { numHeads: 2, seqLenQ: 24, headDim: 8 };
  const measured = (inputs: NonNullable<MeasureCase['inputs']>) =>
    lab().measure({
      cases: [{ operation: 'attention', problem, variants: ['naive'], inputs }],
      ...{ budgetMs: 1, minSamples: 1, maxSamples: 1, matmul: false },
    });

  test('is measured on them, and its result says so', async () => {
    const { query, key, value } = qkv;
    const report = await measured({ query: query.data, key: key.data, value: value.data });
    expect(parseReport(report).results).toMatchObject([{ status: 'ok', data: 'own' }]);
    const [seeded] = (await measured({})).results;
    expect(seeded?.error?.relL2).not.toBe(report.results[0]?.error?.relL2);
  });

  test('takes those that are not given from the seeded ones', async () => {
    // A sum of zeros is zero, whatever the scores.
    const report = await measured({ value: new Float32Array(2 * 24 * 8) });
    expect(report.results).toMatchObject([{ status: 'ok', data: 'own' }]);
  });

  test.each([
    {
      of: 'another length',
      inputs: { query: new Float32Array(5) },
      says: 'inputs.query: expected Float32Array of 384, got Float32Array of 5',
    },
    { of: 'another type', inputs: { query: new Uint16Array(384) }, says: 'got Uint16Array of 384' },
    {
      of: 'another name',
      inputs: { queries: new Float32Array(5) },
      says: 'inputs.queries: expected one of query',
    },
  ])('of $of is refused', async ({ inputs, says }) => {
    await expect(measured(inputs)).rejects.toThrow(says);
  });
});
