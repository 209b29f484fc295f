import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import type { RetrieveArgs } from '../../src/operations/retrieve/api.ts';
import { retrieveCall } from '../../src/operations/retrieve/call.ts';
import { firstOf } from '../../src/operations/retrieve/order.ts';
import { rowBytes, STORAGES, type Storage } from '../../src/operations/retrieve/storage.ts';
import { thrown, zeros } from '../support/call-args.ts';

const ARGS: RetrieveArgs = { query: zeros(4, 3), document: zeros(20, 3) };
const call = (change: object) => retrieveCall({ ...ARGS, ...change }).parts[0];

describe('a search', () => {
  test('lists 10 documents by default, or all of fewer', () => {
    expect(call({})?.problem).toMatchObject({
      numQueries: 4,
      numDocuments: 20,
      embedDim: 3,
      k: 10,
      storage: 'f32',
    });
    expect(call({ document: zeros(6, 3) })?.problem).toMatchObject({ k: 6 });
  });

  test.each([
    ['k', { k: 21 }],
    ['k', { k: 0 }],
    ['k', { k: 2000, document: zeros(3000, 3) }],
    ['rerank', { storage: 'int8', k: 5, rerank: 4 }],
    ['rerank', { storage: 'int8', rerank: 21 }],
    ['storage', { storage: 'int4' }],
    ['document.shape', { document: zeros(20, 4) }],
    ['topk', { topk: 3 }],
  ])('refuses a wrong %s by name', (argument, change) => {
    expect(thrown(() => call(change))).toMatchObject({ name: ShapeError.name, argument });
  });

  test('refuses to compare in f32 twice', () => {
    expect(thrown(() => call({ rerank: 15 }))).toBeInstanceOf(UnsupportedError);
  });
});

describe('what is stored', () => {
  const row = Float32Array.of(1, -0.5, 0, NaN, 0.25);
  const unpacked = (storage: Exclude<Storage, 'f32'>, values: Float32Array) => {
    const kind = STORAGES[storage];
    return Array.from(kind.unpack(kind.pack(values, values.length), values.length));
  };

  test('are signs, of which only what is above 0 is +1', () => {
    expect(unpacked('binary', row)).toEqual([1, -1, -1, -1, 1]);
  });

  test('are whole numbers up to 127 times a scale', () => {
    const numbers = unpacked('int8', Float32Array.of(127, -127, 0.4, -63.6));
    expect(numbers).toEqual([127, -127, 0, -64]);
    expect(unpacked('int8', Float32Array.of(0, 0))).toEqual([0, 0]);
  });

  test('is no number at all in int8 where an element is none', () => {
    expect(unpacked('int8', row)).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });

  test('takes so many bytes', () => {
    const bytes = (Object.keys(STORAGES) as Storage[]).map((storage) => rowBytes(storage, 384));
    expect(bytes).toEqual([1536, 768, 388, 48]);
  });
});

test('lists are in the order of scores, then of indices, NaN last', () => {
  const scores = [1, NaN, 3, -Infinity, 3, 0, -0, NaN];
  expect(firstOf(scores, 8)).toEqual([2, 4, 0, 5, 6, 3, 1, 7]);
  expect(firstOf(scores, 3, [1, 6, 5])).toEqual([5, 6, 1]);
});
