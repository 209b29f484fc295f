/** Methods of the cache bench against their definitions, written out here once more. */
import { Float16Array } from '@petamoriken/float16';
import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { normals } from '../../src/core/random.ts';
import type { CacheData } from '../../src/operations/kv-cache/data.ts';
import { bytesPerToken, cacheBuffers, encodeCache } from '../../src/operations/kv-cache/encode.ts';
import { cacheProblem } from '../../src/operations/kv-cache/fill-problem.ts';
import { cacheLoss } from '../../src/operations/kv-cache/loss.ts';
import { METHODS } from '../../src/operations/kv-cache/methods/index.ts';
import type { CacheProblem } from '../../src/operations/kv-cache/problem.ts';

const SHAPE = { numHeads: 4, numKVHeads: 2, seqLenQ: 24, seqLenKV: 40, headDim: 16, causal: true };

const problemOf = (method: string, params: Record<string, number> = {}): CacheProblem =>
  cacheProblem({ ...SHAPE, method, params });

const DATA: CacheData = {
  query: normals(4 * 24 * 16, 1),
  key: normals(2 * 40 * 16, 2),
  value: normals(2 * 40 * 16, 3),
};

const keyAt = (group: number, token: number, d: number): number =>
  DATA.key[(group * 40 + token) * 16 + d] ?? NaN;
const valueAt = (group: number, token: number, d: number): number =>
  DATA.value[(group * 40 + token) * 16 + d] ?? NaN;

const encoded = (problem: CacheProblem, name: string): ArrayLike<number> =>
  encodeCache(problem, DATA)[name] ?? [];

/** The codes of a group of numbers, with their scale and least number as f16 bits. */
function codesOf(group: readonly number[], bits: number) {
  const halves = new Float16Array([
    (Math.max(...group) - Math.min(...group)) / (2 ** bits - 1),
    Math.min(...group),
  ]);
  const [scale = NaN, least = NaN] = halves;
  const codes = group.map((x) => Math.min(2 ** bits - 1, Math.max(0, Math.round((x - least) / scale))));
  return { codes, word: new Uint32Array(halves.buffer)[0] };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

test('ids are in teaching order', () => {
  const ids =
    'exact int8 kivi-4 kivi-2 rotate-4 rotate-2 turbo-4 fp8 mxfp4 nf4 cq eigen think mikv gear sink-window random knorm ' +
    'keydiff snapkv tova h2o roco expected quest magicpig';
  const own = METHODS.map(({ id }) => id);
  expect(ids.split(' ').filter((id) => own.includes(id))).toEqual(own);
});

describe('KIVI', () => {
  const problem = problemOf('kivi-4', { groupSize: 8, residual: 5 });

  test('keys share scales channel by channel', () => {
    const codes = encoded(problem, 'part0_key_codes');
    const scales = encoded(problem, 'part0_key_scales');
    for (const group of [0, 1]) {
      for (const block of range(4)) {
        for (const d of range(16)) {
          const expected = codesOf(
            range(8).map((at) => keyAt(group, 8 * block + at, d)),
            4,
          );
          const own = range(8).map((at) => {
            const row = group * 32 + 8 * block + at;
            return ((codes[2 * row + Math.floor(d / 8)] ?? 0) >>> (4 * (d % 8))) & 15;
          });
          expect(own).toEqual(expected.codes);
          expect(scales[(group * 4 + block) * 16 + d]).toBe(expected.word);
        }
      }
    }
  });

  test('values share scales token by token', () => {
    const codes = encoded(problem, 'part0_value_codes');
    const scales = encoded(problem, 'part0_value_scales');
    for (const row of range(64)) {
      for (const half of [0, 1]) {
        const group = range(8).map((at) => valueAt(Math.floor(row / 32), row % 32, 8 * half + at));
        const expected = codesOf(group, 4);
        expect(range(8).map((at) => ((codes[2 * row + half] ?? 0) >>> (4 * at)) & 15)).toEqual(
          expected.codes,
        );
        expect(scales[2 * row + half]).toBe(expected.word);
      }
    }
  });

  test('the last keys stay as they are: what no group is full of, too', () => {
    const rows = encoded(problem, 'part1_key_rows');
    expect(rows.length).toBe(2 * 8 * 16);
    expect(rows[8 * 16]).toBe(keyAt(1, 32, 0));
  });

  test('bytes are those of codes, scales and window', () => {
    const keys = 64 * 2 * 4 + 2 * 4 * 16 * 4;
    const values = 64 * 2 * 4 + 64 * 2 * 4;
    const window = 2 * 2 * 8 * 16 * 4;
    expect(bytesPerToken(problem)).toBe((keys + values + window) / 40);
    expect(cacheBuffers(problem).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(keys + values + window);
  });
});

describe('selections', () => {
  /** Positions of a definition's largest scores, of equal ones the first. */
  const bestOf = (count: number, score: (group: number, token: number) => number) =>
    [0, 1].flatMap((group) =>
      range(40)
        .sort((a, b) => score(group, b) - score(group, a) || a - b)
        .slice(0, count)
        .sort((a, b) => a - b),
    );
  const chosen = (method: string, params: Record<string, number> = { budget: 0.25 }) =>
    Array.from(encoded(problemOf(method, params), 'part0_positions'));

  test('knorm keeps keys of small norm', () => {
    const norm = (group: number, token: number) =>
      Math.hypot(...range(16).map((d) => keyAt(group, token, d)));
    expect(chosen('knorm')).toEqual(bestOf(10, (group, token) => -norm(group, token)));
  });

  test('keydiff keeps keys that are unlike their mean', () => {
    const cosine = (group: number, token: number) => {
      const mean = range(16).map((d) => range(40).reduce((sum, at) => sum + keyAt(group, at, d) / 40, 0));
      const key = range(16).map((d) => keyAt(group, token, d));
      const dot = key.reduce((sum, element, d) => sum + element * (mean[d] ?? NaN), 0);
      return dot / (Math.hypot(...key) * Math.hypot(...mean));
    };
    expect(chosen('keydiff')).toEqual(bestOf(10, (group, token) => -cosine(group, token)));
  });

  test('sink-window keeps both ends', () => {
    const ends = [0, 1, 2, 3, 34, 35, 36, 37, 38, 39];
    expect(chosen('sink-window')).toEqual([...ends, ...ends]);
    expect(chosen('sink-window', { budget: 3 })).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('random keeps other keys for other seeds, and as many', () => {
    const [one, other] = [chosen('random'), chosen('random', { budget: 0.25, seed: 2 })];
    expect(new Set(one.slice(0, 10)).size).toBe(10);
    expect(one).not.toEqual(other);
  });

  test('a budget is a number of keys, or below 1 a fraction', () => {
    expect(chosen('knorm', { budget: 7 })).toHaveLength(14);
    expect(chosen('knorm', { budget: 0.001 })).toHaveLength(2);
    expect(chosen('knorm', { budget: 1000 })).toHaveLength(80);
  });

  test('bytes are those of keys, values and positions that are left', () => {
    expect(bytesPerToken(problemOf('knorm', { budget: 10 }))).toBe((2 * 10 * (2 * 16 * 4 + 4)) / 40);
  });
});

test('losses', () => {
  const row = (scores: number[], value: number) => {
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    return {
      scores: Float64Array.from(scores),
      probabilities: Float64Array.from(scores, (score) => Math.exp(score) / total),
      lse: Math.log(total),
      output: Float64Array.of(value),
    };
  };
  const [exact, same, other] = [row([0, 2, 1], 2), row([0, 2, 1], 2), row([0, 0.5, 1], 1)];
  expect(cacheLoss([exact, exact], [same, same])).toEqual({
    outputRelL2: 0,
    logitMaxAbs: 0,
    kl: 0,
    sameTop: 1,
  });
  const divergence = exact.probabilities.reduce(
    (sum, p, at) => sum + p * Math.log(p / (other.probabilities[at] ?? NaN)),
    0,
  );
  const loss = cacheLoss([exact, exact], [same, other]);
  expect(loss).toMatchObject({ outputRelL2: Math.sqrt(1 / 8), logitMaxAbs: 1.5, sameTop: 0.5 });
  expect(loss.kl).toBeCloseTo(divergence / 2, 12);
  // A key that is forgotten counts as if next to nothing of the attention were left to it.
  const without = row([0, -Infinity, 1], 1);
  const [p = NaN] = exact.probabilities.slice(1);
  expect(cacheLoss([exact], [without]).kl).toBeGreaterThan(p * 14);
  expect(Number.isFinite(cacheLoss([exact], [without]).kl)).toBe(true);
});

test('what cannot be is refused by name', () => {
  expect(() => problemOf('kivi-3')).toThrow(UnsupportedError);
  expect(() => problemOf('kivi-2', { rank: 3 })).toThrow(ShapeError);
  expect(() => problemOf('kivi-2', { groupSize: 3 })).toThrow(ShapeError);
  expect(() => problemOf('kivi-2', { groupSize: 8 })).toThrow(/whole words/);
  expect(() => cacheProblem({ ...SHAPE, headDim: 6 })).toThrow(/headDim/);
});
