import { expect, test } from 'vitest';
import { AbortError, type Progress } from '../../src/index.ts';
import { runOnce } from '../../src/gpu/session.ts';
import { copyPlan } from '../../src/measure/instruments/copy.ts';
import { FMA_SUM, fmaPlan } from '../../src/measure/instruments/fma.ts';
import { openAnyLab } from '../support/any-lab.ts';
import { useSession } from '../support/gpu.ts';

const session = useSession();

test('the copy kernel copies every byte', async () => {
  const source = Uint32Array.from({ length: 4 * 1001 }, (_, i) => i * 2654435761);
  const { outputs } = await runOnce(session(), copyPlan(source.byteLength), { source }, {});
  expect(new Uint32Array(outputs['copied']?.buffer ?? new ArrayBuffer(0))).toEqual(source);
});

test('the multiply-adds are computed: each sum is at the fixed point', async () => {
  const { outputs } = await runOnce(session(), fmaPlan(4), {}, {});
  expect(outputs['sums']?.every((sum) => sum === FMA_SUM)).toBe(true);
  const few = await runOnce(session(), fmaPlan(0), {}, {});
  expect(few.outputs['sums']?.every((sum) => sum === FMA_SUM)).toBe(false);
});

test('peaks: figures with their formulas, progress, an end when asked for; kept for later measurements', async () => {
  const lab = await openAnyLab();
  try {
    const told: Progress[] = [];
    const { fma, matmul, copy, measured } = await lab.peaks({
      onProgress: (progress) => told.push(progress),
    });
    for (const speed of [fma.gflops, matmul.gflops, copy.gbPerS]) expect(speed).toBeGreaterThan(0);
    for (const { formula } of [fma, matmul, copy]) expect(formula).toContain('/ time');
    expect(told.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['peaks', 'matmul']));
    const cases = [
      { operation: 'attention', problem: { seqLenQ: 4, headDim: 4 }, variants: ['naive'] },
    ] as const;
    const report = await lab.measure({ cases, budgetMs: 1, minSamples: 1 });
    expect(report.peaks).toEqual({ fma, copy, measured });
    expect(report.matmul).toMatchObject({ size: matmul.size, params: matmul.params, measured });
    expect(report.matmul?.gflops).toBeGreaterThanOrEqual(matmul.gflops);
    expect(report.results[0]?.percentOfMatmul).toBeGreaterThan(0);
    const stopped = new AbortController();
    const call = lab.peaks({ signal: stopped.signal, onProgress: () => stopped.abort() });
    await expect(call).rejects.toBeInstanceOf(AbortError);
  } finally {
    lab.close();
  }
});
