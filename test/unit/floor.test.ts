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

  test('allows what the device can do, without measuring again', async () => {
    expect(await new Floor(device(), never).refuses(result(), 10.1)).toBe(false);
  });

  test('refuses less than that', async () => {
    expect(await new Floor(device(), (best) => Promise.resolve(best)).refuses(result(), 9)).toBe(true);
  });

  test('allows it if the device turns out to be faster than it looked', async () => {
    const floor = new Floor(device(), () => Promise.resolve(device(120)));
    expect(await floor.refuses(result(), 9)).toBe(false);
    expect(floor.leastMs(result())).toBeCloseTo(1e9 / 120e9 / 1e-3);
  });
});
