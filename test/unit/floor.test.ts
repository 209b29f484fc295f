import { describe, expect, test } from 'vitest';
import type { DeviceSpeed } from '../../src/measure/device-speed.ts';
import { Floor, floorMs } from '../../src/measure/floor.ts';
import type { Result } from '../../src/measure/report.ts';

/** A device of 100 GFLOP/s and 10 GB/s, whose best matmul reaches a share of its multiply-adds. */
const device = (gflops = 100, matmul = 60): DeviceSpeed => ({
  roofs: { fma: { gflops, formula: '' }, copy: { gbPerS: 10, method: 'kernel', formula: '' } },
  yardstick: { size: 512, gflops: matmul, params: {} },
});

const result = (fields: Partial<Result> = {}): Result => ({
  operation: 'attention',
  variant: 'flash',
  baseline: 'naive',
  problem: {},
  params: {},
  status: 'ok',
  flops: 1e9,
  leastBytes: 1e6,
  ...fields,
});

describe('floorMs', () => {
  test('is the useful FLOPs at the best rate', () => {
    expect(floorMs(result(), device())).toBeCloseTo(10);
    // Matrix units may be faster than multiply-adds.
    expect(floorMs(result(), device(100, 200))).toBeCloseTo(5);
  });

  test('is the data moved once, if no cache can hold it', () => {
    expect(floorMs(result({ flops: 1, leastBytes: 1e9 }), device())).toBeCloseTo(100);
    expect(floorMs(result({ flops: 1, leastBytes: 1e8 }), device())).toBeLessThan(1e-3);
  });

  test('leaves out tiles that were skipped', () => {
    expect(floorMs(result({ tiles: { visited: 3, total: 12 } }), device())).toBeCloseTo(2.5);
    expect(floorMs(result({ tiles: { visited: 0, total: 0 } }), device())).toBe(0);
  });
});

describe('Floor', () => {
  const never = () => Promise.reject(new Error('nothing contradicts the roofs'));
  const timed = (medianMs: number, fields: Partial<Result> = {}): Result =>
    result({
      ...fields,
      gflops: 1,
      time: {
        ...{ medianMs, lowMs: medianMs, highMs: medianMs, samples: 3, source: 'wall', wallMs: medianMs },
        ...{ repetitions: 1, rejectedTimestamps: 0 },
      },
    });

  test('allows what the device can do, without measuring again', async () => {
    const [allowed] = await new Floor(device(), never).judge([timed(10.1)]);
    expect(allowed).toEqual({ ...timed(10.1), floorMs: expect.closeTo(10) as number });
  });

  test('refuses less than that, and takes its times away', async () => {
    const again = (best: DeviceSpeed) => Promise.resolve(best);
    const [refused] = await new Floor(device(), again).judge([timed(9)]);
    expect(refused?.status).toBe('wrong');
    expect(refused?.reason).toContain('9 ms is less than the 10 ms that this device needs at least');
    expect([refused?.time, refused?.gflops]).toEqual([undefined, undefined]);
  });

  test('allows it if the device turns out to be faster than it looked', async () => {
    const [allowed] = await new Floor(device(), () => Promise.resolve(device(120))).judge([timed(9)]);
    expect(allowed?.status).toBe('ok');
    expect(allowed?.floorMs).toBeCloseTo(1e9 / 120e9 / 1e-3);
  });

  test('of a refused baseline, no comparison is left', async () => {
    const versusBaseline = { ratio: 2, low: 1.9, high: 2.1, verdict: 'faster' } as const;
    const again = (best: DeviceSpeed) => Promise.resolve(best);
    const [, other, elsewhere] = await new Floor(device(), again).judge([
      timed(9, { variant: 'naive' }),
      timed(20, { versusBaseline }),
      timed(20, { versusBaseline, problem: { seqLenQ: 3 } }),
    ]);
    expect([other?.versusBaseline, elsewhere?.versusBaseline]).toEqual([undefined, versusBaseline]);
  });

  test('has nothing to say of results without times', async () => {
    expect(await new Floor(device(), never).judge([result()])).toEqual([result()]);
  });
});
