import { expect, test } from 'vitest';
import { clockOf } from '../../src/gpu/timestamp-clock.ts';
import { clockStepMs } from '../../src/ui/pages/device/clock.ts';
import { deviceText, limitText, type DeviceFacts } from '../../src/ui/pages/device/device-text.ts';
import { deviceProfile } from '../support/device-profile.ts';

const FACTS: DeviceFacts = {
  device: {
    ...deviceProfile(32_768, 4),
    features: ['subgroups'],
    ...{
      vendor: 'acme',
      architecture: 'gen-9',
      device: '',
      description: 'Acme 9000',
      isFallbackAdapter: false,
    },
  },
  operations: [
    {
      id: 'attention',
      title: 'Attention',
      variants: [
        { id: 'naive', title: '', idea: '', params: [], supported: true },
        { id: 'flash', title: '', idea: '', params: [], supported: 'it needs the feature shader-f16' },
      ],
    },
  ],
  userAgent: 'Browser 1',
  clockStepMs: 0.1,
  isIsolated: false,
};

test('the text names the device, its limits, and why a variant does not run', () => {
  const lines = deviceText(FACTS).split('\n');
  expect(lines[0]).toBe('Device: Acme 9000');
  for (const line of [
    '  subgroups: 4',
    '  clock step: 100 µs, coarse: this page is not isolated',
    'Features: subgroups',
    '  maxBufferSize: 256 MiB',
    '  maxComputeWorkgroupStorageSize: 32 KiB',
    '  maxComputeWorkgroupSizeX: 256',
    '  nothing yet',
    '  attention naive: runs',
    '  attention flash: no: it needs the feature shader-f16',
  ]) {
    expect(lines).toContain(line);
  }
});

test('the text carries what was measured, with its formulas', () => {
  const text = deviceText({
    ...FACTS,
    peaks: {
      fma: { gflops: 41, formula: 'a' },
      matmul: { size: 256, gflops: 5.5, params: { blockM: 32 }, formula: 'b' },
      copy: { gbPerS: 17, method: 'kernel', formula: 'c' },
    },
  });
  expect(text).toContain('Multiply-adds: 41 GFLOP/s (a)');
  expect(text).toContain('Matmul: 5.5 GFLOP/s (b; best tile: blockM 32)');
  expect(text).toContain('Copy: 17 GB/s (c; by kernel)');
});

test('the text tells how finely timestamps tell time, or why they do not', () => {
  const told = (timestamps: DeviceFacts['timestamps']) =>
    /timestamp step: (.*)/.exec(deviceText({ ...FACTS, timestamps }))?.[1];
  expect(told(undefined)).toBe('not read yet');
  expect(told({ stepNs: 65_536, leastNs: 65_536 })).toBe('65.5 µs, quantised by the browser');
  expect(told({ stepNs: 40, leastNs: 1000 })).toBe('40 ns, not quantised; at least 1 µs apart');
  expect(told({ missing: 'no feature' })).toBe('not available: no feature');
});

test('a timestamp clock’s step is what all differences have in common', () => {
  expect(clockOf([700n, 100n, 100n, 400n, 1000n, 850n])).toEqual({ stepNs: 150, leastNs: 150 });
  expect(clockOf([0n, 600n, 1000n, 2000n])).toEqual({ stepNs: 200, leastNs: 400 });
  expect(clockOf([5n, 5n])).toEqual({ missing: 'its timestamps never move' });
});

test('bytes are told from counts', () => {
  expect(limitText('maxStorageBufferBindingSize', 2 ** 27)).toBe('128 MiB');
  expect(limitText('maxStorageBuffersPerShaderStage', 8)).toBe('8');
});

test('the clock’s step is the smallest that it moves by', () => {
  let calls = 0;
  // Moves by 5, once by 2, at every third look.
  const now = () => {
    const moves = Math.floor(calls++ / 3);
    return 5 * moves - (moves > 7 ? 3 : 0);
  };
  expect(clockStepMs(now)).toBe(2);
});
