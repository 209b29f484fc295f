import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floatsOf } from '../../src/data/convert.ts';
import { openArrays } from '../../src/data/open.ts';
import { openSafetensors, writeSafetensors } from '../../src/data/safetensors.ts';
import { sizeOf } from '../../src/core/tensor.ts';

/** A .safetensors file from its header's text and its data. */
function safetensors(header: string, data: Uint8Array<ArrayBuffer>, headerBytes = header.length): Blob {
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(headerBytes), true);
  return new Blob([length.buffer, header, data]);
}

const header = (entries: Record<string, unknown>) => JSON.stringify(entries);
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const open = (file: Blob) => openSafetensors(file, 'm.safetensors');

test('what is written is read, of any shapes', async () => {
  const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
  const names = fc.string().filter((name) => name !== '__metadata__');
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, shape, { maxKeys: 4 }), fc.float(), async (shapes, first) => {
      const arrays = Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => {
          const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => first + i);
          return [name, { dtype: 'f32' as const, shape, data }];
        }),
      );
      const { arrays: read, unreadable } = await open(new Blob([writeSafetensors(arrays, { from: 'here' })]));
      expect(unreadable).toEqual([]);
      expect(read.map(({ name }) => name)).toEqual(Object.keys(arrays));
      for (const array of read) {
        expect(array).toMatchObject({ dtype: 'f32', shape: arrays[array.name]?.shape });
        expect(await floatsOf(array)).toEqual(arrays[array.name]?.data);
      }
    }),
  );
});

test('a header padded with NUL, and a tensor named __proto__, are read', async () => {
  const text = `{"__proto__": ${JSON.stringify(entry('F32', [1], 0, 4))}}\0\0\0`;
  const { arrays } = await open(safetensors(text, new Uint8Array(Float32Array.of(3).buffer)));
  expect(arrays.map(({ name }) => name)).toEqual(['__proto__']);
  expect(arrays[0] && [...(await floatsOf(arrays[0]))]).toEqual([3]);
});

test('data begin at a multiple of 8, whatever the header', () => {
  for (const name of ['a', 'ab', 'abc', 'é']) {
    const file = writeSafetensors({ [name]: { dtype: 'f32', shape: [1], data: Float32Array.of(1) } });
    expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0);
  }
});

test('a file is known by its ending, and arrays of a type that is not read are listed with the reason', async () => {
  const text = header({
    __metadata__: { format: 'pt' },
    'layer.0.weight': entry('F8_E4M3', [4], 0, 4),
    bias: entry('BF16', [2], 4, 8),
  });
  const file = new File(
    [safetensors(text, Uint8Array.of(1, 2, 3, 4, 0x80, 0x3f, 0x20, 0xc0))],
    'm.safetensors',
  );
  const { arrays, unreadable } = await openArrays(file);
  expect(arrays.map(({ name }) => name)).toEqual(['bias']);
  expect(arrays[0] && [...(await floatsOf(arrays[0]))]).toEqual([1, -2.5]);
  expect(unreadable).toMatchObject([{ name: 'layer.0.weight' }]);
  expect(unreadable[0]?.reason).toContain('its dtype F8_E4M3 is not one of');
});

const eight = new Uint8Array(8);
const whole = header({ a: entry('F32', [2], 0, 8) });

describe('malformed files are refused with the reason', () => {
  test.each([
    { of: 'an empty file', file: new Blob([]), says: 'expected 8 bytes' },
    {
      of: 'a header cut off',
      file: safetensors(whole, eight).slice(0, 20),
      says: 'a file that ends after 20',
    },
    { of: 'a header too long', file: safetensors(whole, eight, 2 ** 40), says: 'at most 100000000 bytes' },
    {
      of: 'a header longer than the file',
      file: safetensors(whole, eight, 1000),
      says: 'a file that ends after',
    },
    { of: 'no JSON', file: safetensors('{"a": ', eight), says: 'a header in JSON' },
    { of: 'a list', file: safetensors('[1, 2]', eight), says: 'a header of named arrays' },
    {
      of: 'an entry without offsets',
      file: safetensors(header({ a: { dtype: 'F32', shape: [2] } }), eight),
      says: 'a: expected dtype, shape and data_offsets',
    },
    {
      of: 'a shape of fractions',
      file: safetensors(header({ a: entry('F32', [1.5], 0, 8) }), eight),
      says: 'shape.0',
    },
    {
      of: 'a negative offset',
      file: safetensors(header({ a: entry('F32', [2], -8, 0) }), eight),
      says: 'data_offsets.0',
    },
    {
      of: 'offsets the wrong way round',
      file: safetensors(header({ a: entry('F32', [2], 8, 0) }), eight),
      says: 'data_offsets in order',
    },
    {
      of: 'overlapping arrays',
      file: safetensors(header({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 2, 6) }), eight),
      says: 'b: expected data from byte 4 on, after the array before',
    },
    {
      of: 'a hole',
      file: safetensors(header({ a: entry('F32', [1], 0, 4), b: entry('U8', [2], 6, 8) }), eight),
      says: 'without a hole',
    },
    {
      of: 'bytes left over',
      file: safetensors(header({ a: entry('F32', [1], 0, 4) }), eight),
      says: 'expected 4 bytes of data, as its header says, got 8',
    },
    {
      of: 'data cut off',
      file: safetensors(header({ a: entry('F32', [4], 0, 16) }), eight),
      says: 'expected 16 bytes of data, as its header says, got 8',
    },
    {
      of: 'a shape that is not its bytes',
      file: safetensors(header({ a: entry('F32', [3], 0, 8) }), eight),
      says: 'expected 12 bytes for F32 [3], got 8',
    },
    {
      of: 'a shape beyond counting',
      file: safetensors(header({ a: entry('F32', [2 ** 52, 1024], 0, 8) }), eight),
      says: 'fits into memory',
    },
  ])('$of', async ({ file, says }) => {
    await expect(open(file)).rejects.toThrow(says);
    await expect(open(file)).rejects.toMatchObject({ name: 'DataError' });
  });
});
