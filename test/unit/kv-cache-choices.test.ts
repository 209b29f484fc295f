/** Three corrections, samples, budgets and evictions of the cache bench against their definitions, written out here once more. */
import { Float16Array } from '@petamoriken/float16';
import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { normals } from '../../src/core/random.ts';
import { bytesPerToken, decodeCache, encodeCache, keptTokens } from '../../src/operations/kv-cache/encode.ts';
import { cacheProblem } from '../../src/operations/kv-cache/fill-problem.ts';
import { kept } from '../../src/operations/kv-cache/budget.ts';
import { attendRow } from '../../src/operations/kv-cache/reference.ts';
import {
  attention,
  bestOf,
  codeIn,
  codesOf,
  DATA,
  dot,
  encoded,
  halfIn,
  KEY_ROWS,
  keyAt,
  keysOf,
  problemOf,
  queriesOf,
  range,
  SHAPE,
  sum,
} from '../support/small-cache.ts';

const half = (x: number): number => new Float16Array([x])[0] ?? NaN;

describe('GEAR', () => {
  const problem = problemOf('gear', { groupSize: 8, rank: 4, outliers: 4, residual: 0 });
  const scales = encoded(problem, 'part0_key_scales');
  const stride = 2 + 4 + 2;
  /** The two largest and the two smallest elements of a row, in f16. */
  const outliersOf = (row: readonly number[]) => {
    const [large, small] = [
      bestOf(2, row),
      bestOf(
        2,
        row.map((x) => -x),
      ),
    ];
    return [...large, ...small].sort((a, b) => a - b).map((d) => ({ d, x: half(row[d] ?? NaN) }));
  };
  const restOf = (row: readonly number[]) =>
    row.map((x, d) => x - (outliersOf(row).find((one) => one.d === d)?.x ?? 0));
  const decodedOf = (rest: readonly number[]) =>
    [0, 1].flatMap((at) => {
      const { codes, word = 0 } = codesOf(rest.slice(8 * at, 8 * at + 8), 4);
      const [scale = NaN, least = NaN] = new Float16Array(Uint32Array.of(word).buffer);
      return codes.map((code) => code * scale + least);
    });

  test('outliers are kept in f16, and codes are made of the rest', () => {
    const codes = encoded(problem, 'part0_key_codes');
    KEY_ROWS.forEach((row, at) => {
      const words = outliersOf(row).map(
        ({ d, x }) => d * 65_536 + (new Uint16Array(new Float16Array([x]).buffer)[0] ?? NaN),
      );
      expect(range(4).map((one) => scales[at * stride + 2 + one])).toEqual(words);
      for (const group of [0, 1]) {
        const expected = codesOf(restOf(row).slice(8 * group, 8 * group + 8), 4);
        expect(range(8).map((d) => codeIn(codes, 2, at, 8 * group + d, 4))).toEqual(expected.codes);
        expect(scales[at * stride + group]).toBe(expected.word);
      }
    });
  });

  test('the error of the codes is kept along the directions in which it is largest', () => {
    const basis = encoded(problem, 'part0_key_basis');
    for (const group of [0, 1]) {
      const errors = keysOf(group).map((row) => {
        const rest = restOf(row);
        return rest.map((x, d) => x - (decodedOf(rest)[d] ?? NaN));
      });
      const columns = range(4).map((j) => range(16).map((d) => basis[(group * 16 + d) * 4 + j] ?? NaN));
      columns.forEach((column, j) => {
        columns.forEach((other, i) => expect(dot(column, other)).toBeCloseTo(i === j ? 1 : 0, 6));
        const image = range(16).map((d) =>
          sum(errors.map((error) => (error[d] ?? NaN) * dot(error, column))),
        );
        image.forEach((x, d) => expect(x / Math.hypot(...image)).toBeCloseTo(column[d] ?? NaN, 5));
      });
      errors.forEach((error, token) => {
        const first = 2 * ((group * 40 + token) * stride + 6);
        expect(range(4).map((j) => halfIn(scales, first + j))).toEqual(
          columns.map((column) => half(dot(error, column))),
        );
      });
    }
  });

  test('a row is the sum of the three', () => {
    const [part] = decodeCache(problem, encodeCache(problem, DATA));
    const basis = encoded(problem, 'part0_key_basis');
    KEY_ROWS.forEach((row, at) => {
      const rest = restOf(row);
      const expected = decodedOf(rest).map((x, d) => {
        const along = range(4).map(
          (j) =>
            halfIn(scales, 2 * (at * stride + 6) + j) *
            (basis[(Math.floor(at / 40) * 16 + d) * 4 + j] ?? NaN),
        );
        return x + sum(along) + (outliersOf(row).find((one) => one.d === d)?.x ?? 0);
      });
      expected.forEach((x, d) => expect(part?.keys[at * 16 + d]).toBeCloseTo(x, 12));
    });
  });

  test('bytes are those of codes, scales, outliers, coordinates and directions', () => {
    expect(bytesPerToken(problem)).toBe((2 * 4 * (80 * 2 + 80 * stride + 2 * 16 * 4)) / 40);
  });
});

describe('reading some of the keys', () => {
  test('quest reads the pages with the largest bounds, and cuts the last', () => {
    const problem = problemOf('quest', { budget: 19, page: 6, window: 3 });
    const arrays = encodeCache(problem, DATA);
    const expected = [0, 1].flatMap((group) => {
      const pages = range(7).map((page) => keysOf(group).slice(6 * page, 6 * page + 6));
      const bounds = pages.map((page) => {
        const ends = range(16).map((d) => page.map((key) => key[d] ?? NaN));
        const queries = queriesOf(group).filter((_, row) => row % 24 >= 21);
        return Math.max(
          ...queries.map((query) =>
            sum(
              ends.map((own, d) =>
                Math.max(...[Math.min(...own), Math.max(...own)].map((x) => x * (query[d] ?? NaN))),
              ),
            ),
          ),
        );
      });
      return bestOf(
        19,
        range(40).map((key) => bounds[Math.floor(key / 6)] ?? NaN),
      );
    });
    expect(Array.from(arrays['part0_positions'] ?? [])).toEqual(expected);
    // All keys stay, beside them the bounds and the list.
    expect(arrays['part0_key_rows']).toEqual(DATA.key);
    expect(bytesPerToken(problem)).toBe((4 * (2 * 80 * 16 + 2 * 2 * 7 * 16 + 2 * 19)) / 40);
    expect(keptTokens(problem, arrays)).toBe(19);
  });

  const PARAMS = { budget: 40, hashBits: 3, tables: 4, window: 2, sinks: 2, recent: 3, seed: 5 };

  test('magicpig reads keys that share two buckets with the queries, and weighs them', () => {
    const problem = problemOf('magicpig', PARAMS);
    const arrays = encodeCache(problem, DATA);
    const planes = normals(4 * 3 * 16, 26);
    const bucket = (vector: readonly number[], table: number) =>
      sum(
        range(3).map((bit) =>
          dot(
            vector,
            range(16).map((d) => planes[(table * 3 + bit) * 16 + d] ?? NaN),
          ) >= 0
            ? 2 ** bit
            : 0,
        ),
      );
    for (const group of [0, 1]) {
      const queries = queriesOf(group).filter((_, row) => row % 24 >= 22);
      const asked = range(16).map((d) => sum(queries.map((query) => query[d] ?? NaN)));
      const centre = range(16).map((d) => Math.fround(sum(keysOf(group).map((key) => (key[d] ?? NaN) / 40))));
      const fates = keysOf(group).map((key, position) => {
        const own = key.map((x, d) => x - (centre[d] ?? NaN));
        const hits = range(4).filter((table) => bucket(own, table) === bucket(asked, table)).length;
        const x =
          (1 - Math.acos(dot(own, asked) / (Math.hypot(...own) * Math.hypot(...asked))) / Math.PI) ** 3;
        const probability = 1 - (1 - x) ** 4 - 4 * x * (1 - x) ** 3;
        const isSure = position < 2 || position >= 37;
        return { position, isRead: isSure || hits >= 2, weight: isSure ? 0 : -Math.log(probability) };
      });
      const read = fates.filter(({ isRead }) => isRead);
      expect(read.length).toBeGreaterThan(7);
      expect(read.length).toBeLessThan(40);
      const own = Array.from(arrays['part0_positions']?.slice(40 * group, 40 * group + 40) ?? []);
      expect(own).toEqual(range(40).map((slot) => read[slot]?.position ?? -1));
      read.forEach(({ weight }, slot) => {
        expect(arrays['part0_log_weights']?.[40 * group + slot]).toBeCloseTo(weight, 5);
      });
    }
  });

  test('sums over samples are right on average', () => {
    const problem = (seed: number) => ({
      ...problemOf('magicpig', { ...PARAMS, window: 1, seed }),
      seqLenQ: 1,
    });
    const data = { ...DATA, query: DATA.query.subarray(0, 4 * 16) };
    const massOf = (at: ReturnType<typeof problem>) =>
      Math.exp(attendRow(at, data.query, decodeCache(at, encodeCache(at, data)), 0).lse);
    const exact = massOf({ ...problemOf('exact'), seqLenQ: 1 });
    const mean = sum(range(400).map((seed) => massOf(problem(seed)))) / 400;
    expect(mean / exact).toBeGreaterThan(0.9);
    expect(mean / exact).toBeLessThan(1.1);
  });
});

describe('evicting step by step', () => {
  const left = (method: string, params: Record<string, number>) => {
    const positions = Array.from(encoded(problemOf(method, params), 'part0_positions'));
    return [positions.slice(0, positions.length / 2), positions.slice(positions.length / 2)];
  };

  test('h2o evicts by what the queries so far gave to keys that were left', () => {
    const expected = [0, 1].map((group) => {
      const drawn = range(40).map((): number[] => []);
      let there = range(40);
      range(24).forEach((token) => {
        const rows = attention(group, token, (position) => there.includes(position));
        for (const position of there.filter((one) => one <= token + 16)) {
          drawn[position]?.push(...rows.map((row) => row[position] ?? NaN));
        }
        if ((token + 1) % 3 !== 0) return;
        const present = there.filter((position) => position <= token + 16);
        const mean = present.map((position) => sum(drawn[position] ?? []) / (drawn[position]?.length ?? NaN));
        const best = bestOf(8, mean).map((at) => present[at] ?? NaN);
        there = [...best, ...there.filter((position) => position > token + 16)];
      });
      return there;
    });
    expect(left('h2o', { budget: 8, every: 3 })).toEqual(expected);
    expect(left('h2o', { budget: 8, every: 3 })).not.toEqual(left('h2o', { budget: 8 }));
  });

  test('keydiff evicts keys that are like those that are left', () => {
    const expected = [0, 1].map((group) => {
      let there = range(40);
      range(24).forEach((token) => {
        const present = there.filter((position) => position <= token + 16);
        const keys = present.map((position) => keysOf(group)[position] ?? []);
        const mean = range(16).map((d) => sum(keys.map((key) => key[d] ?? NaN)));
        const best = bestOf(
          8,
          keys.map((key) => -dot(key, mean) / (Math.hypot(...key) * Math.hypot(...mean))),
        );
        there = [
          ...best.map((at) => present[at] ?? NaN),
          ...there.filter((position) => position > token + 16),
        ];
      });
      return there;
    });
    expect(left('keydiff', { budget: 8, every: 1 })).toEqual(expected);
  });

  test('tova evicts by the last query of all heads', () => {
    let there = range(40);
    range(24).forEach((token) => {
      const rows = [0, 1].flatMap((group) => attention(group, token, (position) => there.includes(position)));
      const present = there.filter((position) => position <= token + 16);
      const best = bestOf(
        8,
        present.map((position) => sum(rows.map((row) => row[position] ?? NaN))),
      );
      there = [...best.map((at) => present[at] ?? NaN), ...there.filter((position) => position > token + 16)];
    });
    expect(left('tova', { budget: 8, every: 1 })).toEqual([there, there]);
  });

  test('where all keys are seen at once, there are no steps', () => {
    expect(() => cacheProblem({ ...SHAPE, causal: false, method: 'h2o', params: { every: 1 } })).toThrow(
      UnsupportedError,
    );
  });
});

describe('budgets', () => {
  test('heads share one: each has its own part, the rest goes to the largest scores', () => {
    const problem = problemOf('knorm', { budget: 10, safeguard: 0.35 });
    const arrays = encodeCache(problem, DATA);
    const scores = KEY_ROWS.map((row) => -Math.hypot(...row));
    const own = [0, 1].flatMap((group) =>
      bestOf(3, scores.slice(40 * group, 40 * group + 40)).map((key) => 40 * group + key),
    );
    const rest = bestOf(
      14,
      scores.map((score, at) => (own.includes(at) ? -Infinity : score)),
    );
    const all = [...own, ...rest].sort((a, b) => a - b);
    expect(Array.from(arrays['part0_positions'] ?? [])).toEqual(all.map((at) => at % 40));
    const first = all.filter((at) => at < 40).length;
    expect(first).not.toBe(10);
    expect(Array.from(arrays['part0_starts'] ?? [])).toEqual([0, first, 20]);
    expect(Array.from(arrays['part0_key_rows']?.slice(16 * first, 16 * first + 16) ?? [])).toEqual(
      range(16).map((d) => keyAt(1, all[first] === undefined ? NaN : all[first] - 40, d)),
    );
    // As many keys in all as where each head has as many, and where they begin.
    expect(bytesPerToken(problem) - bytesPerToken(problemOf('knorm', { budget: 10 }))).toBeCloseTo(
      (4 * 3) / 40,
      12,
    );
  });

  test('layers have a pyramid of them, as many in all', () => {
    const budgets = range(8).map((layer) => kept(4096, { budget: 200, layers: 8, layer }));
    expect(budgets).toEqual([390, 336, 281, 227, 173, 119, 64, 10]);
    expect(sum(budgets)).toBe(1600);
    expect(() => problemOf('knorm', { layers: 4, layer: 4 })).toThrow(UnsupportedError);
  });
});

describe('formats of keys and of values', () => {
  const withFormats = (
    method: string,
    params: Record<string, number>,
    keyFormat: string,
    valueFormat?: string,
  ) =>
    cacheProblem({
      ...{ ...SHAPE, method, params },
      keyFormat: { method: keyFormat, params: {} },
      ...(valueFormat !== undefined && { valueFormat: { method: valueFormat, params: {} } }),
    });

  test('a selection keeps its keys in one, and its values in another', () => {
    const problem = withFormats('knorm', { budget: 10 }, 'int8', 'fp8');
    const positions = encoded(problemOf('knorm', { budget: 10 }), 'part0_positions');
    expect(encoded(problem, 'part0_positions')).toEqual(positions);
    const codes = encoded(problem, 'part0_key_codes');
    const all = encoded(problemOf('int8'), 'part0_key_codes');
    Array.from(positions).forEach((position, slot) => {
      const row = Math.floor(slot / 10) * 40 + position;
      expect(range(4).map((word) => codes[4 * slot + word])).toEqual(
        range(4).map((word) => all[4 * row + word]),
      );
    });
    expect(bytesPerToken(problem)).toBe((20 * (16 + 4 + 16 + 2 + 4)) / 40);
  });

  test('a format of its own stays where none is given; the last keys of any stay in f32', () => {
    const problem = cacheProblem({
      ...{ ...SHAPE, method: 'int8' },
      keyFormat: { method: 'kivi-4', params: { groupSize: 8, residual: 5 } },
    });
    expect(encoded(problem, 'part0_key_codes')).toEqual(
      encoded(problemOf('kivi-4', { groupSize: 8, residual: 5 }), 'part0_key_codes'),
    );
    expect(encoded(problem, 'part0_value_codes').length).toBe(2 * 32 * 4);
    expect(encoded(problem, 'part1_value_rows').length).toBe(2 * 8 * 16);
  });

  test('what cannot be is refused by name', () => {
    expect(() => withFormats('mikv', {}, 'int8')).toThrow(UnsupportedError);
    expect(() => withFormats('h2o', {}, 'mikv')).toThrow(ShapeError);
    expect(() => withFormats('h2o', { safeguard: 0.2 }, 'cq')).toThrow(/fitted to each head/);
    expect(() => withFormats('quest', {}, 'kivi-4')).toThrow(/window/);
  });
});
