import { describe, expect, test } from 'vitest';
import { floatsOf, halvesOf, indicesOf, maskOf } from '../../src/data/convert.ts';
import { DTYPE_BYTES, type Dtype } from '../../src/data/dtype.ts';
import { permuted } from '../../src/data/order.ts';
import type { StoredArray } from '../../src/data/stored-array.ts';

/** Little-endian, as every machine that runs this. */
function stored(dtype: Dtype, data: ArrayBufferView): StoredArray {
  const bytes = new Uint8Array(data.buffer.slice(0) as ArrayBuffer);
  const shape = [bytes.length / DTYPE_BYTES[dtype]];
  return { where: 'a', name: 'a', dtype, shape, bytes: () => Promise.resolve(bytes) };
}

test.each([
  {
    dtype: 'f16',
    data: Uint16Array.of(0x3c00, 0xc100, 0x7c00, 0x0001),
    values: [1, -2.5, Infinity, 2 ** -24],
  },
  { dtype: 'bf16', data: Uint16Array.of(0x3f80, 0xc020, 0x7f80), values: [1, -2.5, Infinity] },
  { dtype: 'f64', data: Float64Array.of(0.1, -Infinity), values: [Math.fround(0.1), -Infinity] },
  { dtype: 'i8', data: Int8Array.of(-128, 127), values: [-128, 127] },
  { dtype: 'i16', data: Int16Array.of(-32768), values: [-32768] },
  { dtype: 'u16', data: Uint16Array.of(65535), values: [65535] },
  { dtype: 'i32', data: Int32Array.of(-5), values: [-5] },
  { dtype: 'u32', data: Uint32Array.of(2 ** 31), values: [2 ** 31] },
  { dtype: 'i64', data: BigInt64Array.of(-(2n ** 40n)), values: [-(2 ** 40)] },
  { dtype: 'u64', data: BigUint64Array.of(2n ** 40n), values: [2 ** 40] },
] as const)('$dtype becomes f32', async ({ dtype, data, values }) => {
  expect([...(await floatsOf(stored(dtype, data)))]).toEqual(values);
});

test('a number that f32 has no room for is refused', async () => {
  await expect(floatsOf(stored('f64', Float64Array.of(1, -1e300)))).rejects.toThrow(
    'a: expected numbers up to 3.4028235e38, the largest f32, got -1e+300 at 1',
  );
});

test('f16 can stay as it is', async () => {
  expect([...(await halvesOf(stored('f16', Uint16Array.of(0x3c00, 7))))]).toEqual([0x3c00, 7]);
  await expect(halvesOf(stored('f32', Float32Array.of(1)))).rejects.toThrow('a: expected f16, got f32');
});

describe('indices', () => {
  test('of any type that holds whole numbers', async () => {
    expect([...(await indicesOf(stored('i64', BigInt64Array.of(3n, 0n))))]).toEqual([3, 0]);
    expect([...(await indicesOf(stored('f64', Float64Array.of(3, 2 ** 32 - 1))))]).toEqual([3, 2 ** 32 - 1]);
  });

  test.each([
    { dtype: 'f32', data: Float32Array.of(1, 1.5), says: '1.5 at 1' },
    { dtype: 'i32', data: Int32Array.of(-1), says: '-1 at 0' },
    { dtype: 'u64', data: BigUint64Array.of(2n ** 32n), says: '4294967296 at 0' },
    { dtype: 'f32', data: Float32Array.of(NaN), says: 'NaN at 0' },
  ] as const)('not $says', async ({ dtype, data, says }) => {
    const failure = expect(indicesOf(stored(dtype, data))).rejects;
    await failure.toThrow(`whole numbers from 0 to 4294967295, got ${says}`);
  });
});

test('a mask is bool or whole numbers; a bool is no number', async () => {
  expect([...(await maskOf(stored('bool', Uint8Array.of(0, 1))))]).toEqual([0, 1]);
  expect([...(await maskOf(stored('i64', BigInt64Array.of(-3n, 0n))))]).toEqual([1, 0]);
  await expect(maskOf(stored('f32', Float32Array.of(1)))).rejects.toThrow('floats are a bias');
  await expect(floatsOf(stored('bool', Uint8Array.of(1)))).rejects.toThrow('expected numbers, got bool');
});

test('axes change places', () => {
  // [2, 3, 2] of u8 to [2, 2, 3]: what was at [a, b, c] is at [a, c, b].
  const data = Uint8Array.from({ length: 12 }, (_, i) => i);
  expect([...permuted(data, 1, [2, 3, 2], [0, 2, 1])]).toEqual([0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]);
});
