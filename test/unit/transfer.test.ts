import { expect, test } from 'vitest';
import { buffersOf } from '../../src/worker/transfer.ts';

test('every buffer of a result is transferred once, however deep it lies', () => {
  const shared = new Float32Array(4);
  const result = {
    output: { shape: [2], dtype: 'f16', data: new Uint16Array(2) },
    metrics: { rowRanks: new Uint32Array(3), recall: { at1: 1 } },
    parts: [shared.subarray(0, 2), shared.subarray(2)],
    missing: undefined,
    none: null,
  };
  expect(buffersOf(result)).toEqual([
    result.output.data.buffer,
    result.metrics.rowRanks.buffer,
    shared.buffer,
  ]);
  expect(buffersOf(undefined)).toEqual([]);
});
