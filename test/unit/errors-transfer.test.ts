import { expect, test } from 'vitest';
import {
  AbortError,
  DeviceLostError,
  OutOfMemoryError,
  ShaderError,
  ShapeError,
  UnsupportedError,
} from '../../src/core/errors.ts';
import { packError, unpackError } from '../../src/worker/errors-transfer.ts';

test('every typed error survives the boundary with class, message and fields', () => {
  const errors = [
    new ShapeError('query', '4 dimensions', '3'),
    new UnsupportedError('not built'),
    new OutOfMemoryError('scores', 2 ** 31, 2 ** 30),
    new ShaderError('shaders/a/b.wesl', 3, 7, 'unresolved value'),
    new DeviceLostError('destroyed: by a test', 'destroyed'),
    new DeviceLostError('no sign of life', 'hung'),
    new DeviceLostError('nobody knows'),
    new AbortError('the lab is closed'),
  ];
  for (const error of errors) {
    const back = unpackError(structuredClone(packError(error)));
    expect(back).toBeInstanceOf(error.constructor);
    expect(back.message).toBe(error.message);
    expect(Object.entries(back)).toEqual(expect.arrayContaining(Object.entries(error)));
  }
});

test('other errors keep name and message', () => {
  const back = unpackError(structuredClone(packError(new RangeError('too far'))));
  expect([back.name, back.message]).toEqual(['RangeError', 'too far']);
  expect(unpackError(packError('thrown text')).message).toBe('thrown text');
});
