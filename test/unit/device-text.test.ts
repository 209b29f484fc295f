import { expect, test } from 'vitest';
import { clockStepMs } from '../../src/ui/device/clock.ts';
import { deviceText, limitText, type DeviceFacts } from '../../src/ui/device/device-text.ts';
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
