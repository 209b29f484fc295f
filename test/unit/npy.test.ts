import { f16round } from '@petamoriken/float16';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floatsOf } from '../../src/data/convert.ts';
import { openNpy, writeNpy } from '../../src/data/npy.ts';
import { openArrays } from '../../src/data/open.ts';
import { toHalf } from '../../src/core/half.ts';
import { sizeOf } from '../../src/core/tensor.ts';

/** A .npy file from its header's text and its data. */
function npy(header: string, data: ArrayBufferView, version = 1): Blob {
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, header.length, true);
  const bytes = new Uint8Array(length.buffer, 0, version === 1 ? 2 : 4);
  return new Blob([
    '',
    new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]),
    bytes,
    header,
    data as Uint8Array<ArrayBuffer>,
  ]);
}

const header = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

const open = (file: Blob) => openNpy(file, 'x.npy', 'x');

const base64 = (text: string, name: string) => new File([Uint8Array.from(Buffer.from(text, 'base64'))], name);

// Written by NumPy 2.4.
const C_ORDER =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPwAAAEAAAEBAAACAQAAAoEA=';
const FORTRAN_BIG_ENDIAN =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAEAoAAAAAAAAQBAAAAAAAABAMAAAAAAAAEAgAAAAAAAAQDQAAAAAAAA/8AAAAAAAAEAqAAAAAAAAQBQAAAAAAABAMQAAAAAAAEAiAAAAAAAAQDUAAAAAAABAAAAAAAAAAEAsAAAAAAAAQBgAAAAAAABAMgAAAAAAAEAkAAAAAAAAQDYAAAAAAABACAAAAAAAAEAuAAAAAAAAQBwAAAAAAABAMwAAAAAAAEAmAAAAAAAAQDcAAAAAAAA=';
const NPZ =
  'UEsDBC0AAAAAAAAAIQBP6QAq//////////8JABQAcXVlcnkubnB5AQAQAJgAAAAAAAAAmAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc8ZjQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQFBLAwQtAAAAAAAAACEA3+kMsv//////////CgAUAGxhYmVscy5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxpOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAwAAAAAAAAABAAAAAAAAAAIAAAAAAAAAUEsBAi0DLQAAAAAAAAAhAE/pACqYAAAAmAAAAAkAAAAAAAAAAAAAAIABAAAAAHF1ZXJ5Lm5weVBLAQItAy0AAAAAAAAAIQDf6QyymAAAAJgAAAAKAAAAAAAAAAAAAACAAdMAAABsYWJlbHMubnB5UEsFBgAAAAACAAIAbwAAAKcBAAAAAA==';
const NPZ_COMPRESSED =
  'UEsDBC0AAAAIAAAAIQBP6QAq//////////8JABQAcXVlcnkubnB5AQAQAJgAAAAAAAAAVQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy4GMGiwBxIOQATEDUC8wAEAUEsBAi0DLQAAAAgAAAAhAE/pACpVAAAAmAAAAAkAAAAAAAAAAAAAAIABAAAAAHF1ZXJ5Lm5weVBLBQYAAAAAAQABADcAAACQAAAAAAA=';

describe('files that NumPy wrote', () => {
  test('C order, f4', async () => {
    const { arrays } = await openArrays(base64(C_ORDER, 'some.thing.npy'));
    const [array] = arrays;
    expect(array).toMatchObject({ name: 'some.thing', dtype: 'f32', shape: [2, 3] });
    expect(array && [...(await floatsOf(array))]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('Fortran order, big-endian f8', async () => {
    const array = await open(base64(FORTRAN_BIG_ENDIAN, 'x.npy'));
    expect(array).toMatchObject({ dtype: 'f64', shape: [2, 3, 4] });
    expect([...(await floatsOf(array))]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  test.each([
    { of: 'stored', file: NPZ, names: ['query', 'labels'] },
    { of: 'compressed', file: NPZ_COMPRESSED, names: ['query'] },
  ])('npz, $of', async ({ file, names }) => {
    const { arrays } = await openArrays(base64(file, 'x.npz'));
    expect(arrays.map(({ name }) => name)).toEqual(names);
    expect(arrays[0] && [...(await floatsOf(arrays[0]))]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('ours are byte for byte the same', () => {
    const ours = writeNpy('f32', [2, 3], Float32Array.of(0, 1, 2, 3, 4, 5));
    expect(Buffer.from(ours).toString('base64')).toBe(C_ORDER);
  });
});

test('what is written is read, of any shape and either dtype', async () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(shapes, fc.boolean(), fc.infiniteStream(fc.float()), async (shape, half, numbers) => {
      const given = Float32Array.from({ length: sizeOf(shape) }, () => numbers.next().value as number);
      const values = half ? Float32Array.from(given, (value) => f16round(value)) : given;
      const file = half ? writeNpy('f16', shape, toHalf(values)) : writeNpy('f32', shape, values);
      expect(file.length % 2).toBe(0);
      const array = await open(new Blob([file]));
      expect(array).toMatchObject({ dtype: half ? 'f16' : 'f32', shape });
      expect(await floatsOf(array)).toEqual(values);
    }),
  );
});

test('version 2 and 3 have longer headers', async () => {
  for (const version of [2, 3]) {
    const array = await open(npy(header('<f4', '(2,)'), Float32Array.of(1, 2), version));
    expect([...(await floatsOf(array))]).toEqual([1, 2]);
  }
});

test('a single value has no dimensions', async () => {
  const array = await open(npy(header('|u1', '()'), Uint8Array.of(7)));
  expect(array.shape).toEqual([]);
  expect([...(await floatsOf(array))]).toEqual([7]);
});

const two = Float32Array.of(1, 2);

test.each([
  { of: 'double quotes', text: '{"descr": "<f4", "fortran_order": False, "shape": (2,), }', shape: [2] },
  { of: "Python 2's long integers", text: header('<f4', '(2L, 1L)'), shape: [2, 1] },
  { of: 'no comma after the last extent', text: header('<f4', '( 1 ,2 )'), shape: [1, 2] },
  { of: 'native byte order', text: header('=f4', '(2,)'), shape: [2] },
])('a header with $of is read', async ({ text, shape }) => {
  const array = await open(npy(text, two));
  expect(array.shape).toEqual(shape);
  expect([...(await floatsOf(array))]).toEqual([1, 2]);
});

describe('malformed files are refused with the reason', () => {
  test.each([
    { of: 'an empty file', file: new Blob([]), says: 'expected 12 bytes, got a file that ends after 0' },
    { of: 'other bytes', file: new Blob(['{"schema": "tilewise"}']), says: 'begins with \\x93NUMPY' },
    { of: 'an unknown version', file: npy(header('<f4', '(2,)'), two, 4), says: 'got version 4' },
    {
      of: 'a header cut off',
      file: npy(header('<f4', '(2,)'), two).slice(0, 30),
      says: 'a file that ends after 30',
    },
    { of: 'a header too long', file: npy(' '.repeat(20_000), two), says: 'at most 10000 bytes, got 20000' },
    { of: 'no dictionary', file: npy('[1, 2, 3]', two), says: "a readable 'descr', got [1, 2, 3]" },
    {
      of: 'no shape',
      file: npy(`{'descr': '<f4', 'fortran_order': False, }`, two),
      says: "readable 'shape'",
    },
    { of: 'a shape of words', file: npy(header('<f4', '(two,)'), two), says: "readable 'shape'" },
    { of: 'a shape with a gap', file: npy(header('<f4', '(2,,1)'), two), says: "readable 'shape'" },
    { of: 'a shape that is no tuple', file: npy(header('<f4', '(2)'), two), says: "readable 'shape'" },
    { of: 'a negative extent', file: npy(header('<f4', '(-2,)'), two), says: "readable 'shape'" },
    { of: 'pickled objects', file: npy(header('|O', '(2,)'), two), says: "got '|O'" },
    { of: 'complex numbers', file: npy(header('<c8', '(1,)'), two), says: "got '<c8'" },
    {
      of: 'a structured dtype',
      file: npy(`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }`, two),
      says: "readable 'descr'",
    },
    {
      of: 'data cut off',
      file: npy(header('<f4', '(3,)'), two),
      says: 'expected 12 bytes of data for f32 [3], got 8',
    },
    {
      of: 'data left over',
      file: npy(header('<f4', '(1,)'), two),
      says: 'expected 4 bytes of data for f32 [1], got 8',
    },
    {
      of: 'a shape beyond counting',
      file: npy(header('<f4', `(${2 ** 52}, 1024)`), two),
      says: 'fits into memory',
    },
  ])('$of', async ({ file, says }) => {
    await expect(open(file)).rejects.toThrow(says);
    await expect(open(file)).rejects.toMatchObject({ name: 'DataError', where: 'x.npy' });
  });

  test.each([
    { of: 'a zip cut off', file: NPZ.slice(0, 400) },
    {
      of: 'a zip with a damaged stream',
      file: `${NPZ_COMPRESSED.slice(0, 80)}////////${NPZ_COMPRESSED.slice(88)}`,
    },
  ])('$of', async ({ file }) => {
    await expect(openArrays(base64(file, 'x.npz'))).rejects.toMatchObject({ name: 'DataError' });
  });

  test('a file of another kind', async () => {
    await expect(openArrays(new File(['GIF89a'], 'x.gif'))).rejects.toThrow(
      'x.gif: expected a file of arrays (.npy, .npz, .safetensors), got other bytes',
    );
  });
});
