import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AbortError, openLab, UnsupportedError, type LabClient, type Progress } from '../../src/index.ts';
import { normals } from '../../src/core/random.ts';

let lab: LabClient;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab.forgetTuned();
  lab.close();
});

const SMALL = { numHeads: 1, seqLenQ: 16, headDim: 8 } as const;

const runFlash = (client: LabClient) => {
  const [query, key, value] = [1, 2, 3].map((seed) => ({ shape: [1, 1, 16, 8], data: normals(128, seed) }));
  if (!query || !key || !value) throw new Error('three tensors');
  return client.attention({ query, key, value }, { variant: 'flash', check: true });
};

describe('tune', () => {
  test('searches, tells how far it is, keeps the winner, and later calls use it', async () => {
    const told: Progress[] = [];
    const before = await runFlash(lab);
    expect(before.run.paramsFrom).toBe('defaults');
    const tune = (budgetMs: number) =>
      lab.tune('attention', SMALL, {
        variant: 'flash',
        budgetMs,
        onProgress: (progress) => told.push(progress),
      });
    // A busy machine may spend a budget on compiling the defaults.
    let [tuned, budgetMs] = [await tune(2000), 2000];
    while (tuned.tried === 1) tuned = await tune((budgetMs *= 2));
    expect(tuned.wrong + tuned.failed).toBe(0);
    expect(tuned.defaults).toEqual(before.run.params);
    expect(told.every(({ stage }) => stage === 'tune')).toBe(true);
    expect(told.at(-1)?.message).toMatch(/attention .* flash .* tried/);

    const { run } = await runFlash(lab);
    expect([run.paramsFrom, run.params]).toEqual(['tuned', tuned.params]);
    expect(run.check?.ok).toBe(true);
    const report = await lab.measure({
      cases: [{ operation: 'attention', problem: SMALL, variants: ['flash'] }],
      budgetMs: 50,
      matmul: false,
    });
    expect(report.results[0]).toMatchObject({ status: 'ok', paramsFrom: 'tuned', params: tuned.params });
  });

  test('what is kept outlives the lab, until it is forgotten', async () => {
    const next = await openLab();
    try {
      expect((await next.tuned()).entries).toHaveLength(1);
      expect((await runFlash(next)).run.paramsFrom).toBe('tuned');
      expect(await next.forgetTuned()).toEqual({ entries: [], notes: [] });
      expect((await runFlash(next)).run.paramsFrom).toBe('defaults');
    } finally {
      next.close();
    }
    const last = await openLab();
    expect((await last.tuned()).entries).toEqual([]);
    last.close();
  });

  test('a store that cannot be read is passed over with a note', async () => {
    const other = await openLab({ tuned: { schema: 'tilewise-tuned', entries: [{ params: 'big' }] } });
    const { entries, notes } = await other.tuned();
    expect(entries).toEqual([]);
    expect(notes.join()).toMatch(/cannot be read/);
    expect((await runFlash(other)).run.paramsFrom).toBe('defaults');
    other.close();
  });

  test('can be cancelled, and then nothing is kept', async () => {
    const clean = await openLab({ tuned: { schema: 'tilewise-tuned', entries: [] } });
    const abort = new AbortController();
    const call = clean.tune('attention', SMALL, {
      variant: 'flash',
      signal: abort.signal,
      onProgress: ({ message }) => {
        if (message.includes('1 tried')) abort.abort();
      },
    });
    await expect(call).rejects.toBeInstanceOf(AbortError);
    expect((await clean.tuned()).entries).toEqual([]);
    clean.close();
  });

  test('a variant without parameters says so', async () => {
    const call = lab.tune('attention', SMALL, { variant: 'naive' });
    await expect(call).rejects.toThrow(new UnsupportedError('naive has no parameters to tune'));
  });
});
