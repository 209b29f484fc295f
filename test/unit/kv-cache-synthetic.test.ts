/** Seeded caches with chosen traits, and the attention of their heads. */
import { expect, test } from 'vitest';
import { cacheAttention } from '../../src/operations/kv-cache/cache-attention.ts';
import {
  attentionOn,
  oneHead,
  rowsOf,
  type HeadsArgs,
} from '../../src/operations/kv-cache/head-attention.ts';
import { keptPositions } from '../../src/operations/kv-cache/key-list.ts';
import { syntheticCache, type CacheTraits } from '../../src/operations/kv-cache/synthetic.ts';
import { sum } from '../support/small-cache.ts';

const SHAPE = { numHeads: 4, numKVHeads: 2, seqLenQ: 6, seqLenKV: 81, headDim: 32 };

/** Attention of the last queries of a head. */
const headAttention = (cache: HeadsArgs, head: number, most: number) => {
  const { args, ...place } = oneHead(cache, head, most);
  return { ...place, rows: rowsOf(cacheAttention(args)) };
};

/** Attention of the last query of a head. */
const lastRow = (traits: CacheTraits, head: number, kind: 'model' | 'needles' = 'model') => {
  const { group, firstQuery, rows } = headAttention(syntheticCache(kind, SHAPE, 1, traits), head, 1);
  return { group, firstQuery, row: rows[0] ?? new Float64Array() };
};

test('rows of a head are probabilities over the keys that its queries see', () => {
  const { group, firstQuery, row } = lastRow({}, 3);
  expect([group, firstQuery, row.length]).toEqual([1, 5, 81]);
  expect(sum([...row])).toBeCloseTo(1, 12);
  const { rows } = headAttention(syntheticCache('model', SHAPE), 0, 100);
  expect(rows).toHaveLength(6);
  expect(rows[0]?.[76]).toBe(0);
  expect(attentionOn(rows, [...Array(81).keys()])).toBeCloseTo(1, 12);
});

test('a head by itself has the attention that it has in the whole cache', () => {
  const cache = syntheticCache('model', SHAPE);
  const { query, key, causal, rope } = cache;
  expect(rope).toBeDefined();
  const { data } = cacheAttention({ query, key, causal, ...(rope && { rope }) });
  const { numHeads, seqLenQ, seqLenKV } = SHAPE;
  for (let head = 0; head < numHeads; head++) {
    const { firstQuery, rows } = headAttention(cache, head, 4);
    const from = head * seqLenQ + firstQuery;
    expect(rows).toEqual(
      rows.map((_, at) => data.subarray((from + at) * seqLenKV, (from + at + 1) * seqLenKV)),
    );
  }
});

test('without sinks the first key draws no more than others; with three, all of them do', () => {
  const share = (sinkKeys: number, key: number) => lastRow({ sinkKeys }, 0).row[key] ?? NaN;
  expect(share(0, 0)).toBeLessThan(0.1);
  for (const key of [0, 1, 2]) expect(share(3, key)).toBeGreaterThan(2 * share(0, key));
});

test('a single needle lies at its depth', () => {
  for (const [needleDepth, position] of [
    [0.5, 40],
    [0, 1],
    [1, 80],
  ] as const) {
    const { row } = lastRow({ needleDepth, sinkKeys: 0 }, 3, 'needles');
    expect(row.indexOf(Math.max(...row))).toBe(position);
  }
});

test('a trait that cannot be is refused by its name', () => {
  expect(() => syntheticCache('model', SHAPE, 1, { sinkKeys: -1 })).toThrow(/sinkKeys/);
  expect(() => syntheticCache('model', SHAPE, 1, { outlierChannels: 1.5 })).toThrow(/outlierChannels/);
  expect(() => syntheticCache('needles', SHAPE, 1, { needleDepth: 2 })).toThrow(/needleDepth/);
  expect(syntheticCache('model', SHAPE, 1, { rotary: false }).rope).toBeUndefined();
});

test('kept positions are those of each head, without slots that are no key', () => {
  const positions = Int32Array.of(0, 4, -1, 2, 3, 5);
  expect(keptPositions({ positions }, 2)).toEqual([
    [0, 4],
    [2, 3, 5],
  ]);
  expect(keptPositions({ positions, starts: Uint32Array.of(0, 4, 6) }, 2)).toEqual([
    [0, 4, 2],
    [3, 5],
  ]);
});
