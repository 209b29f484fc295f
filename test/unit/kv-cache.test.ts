/** Formats of the cache bench against their definitions, written out here once more; losses and errors. */
import { Float16Array } from '@petamoriken/float16';
import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import {
  bytesPerToken,
  cacheBuffers,
  decodeCache,
  encodeCache,
} from '../../src/operations/kv-cache/encode.ts';
import { cacheProblem } from '../../src/operations/kv-cache/fill-problem.ts';
import { cacheLoss } from '../../src/operations/kv-cache/loss.ts';
import { METHODS } from '../../src/operations/kv-cache/methods/index.ts';
import {
  codeIn,
  codesOf,
  DATA,
  encoded,
  halfIn,
  KEY_ROWS,
  keyAt,
  problemOf,
  range,
  SHAPE,
  valueAt,
} from '../support/small-cache.ts';

test('ids are in teaching order', () => {
  const ids =
    'exact int8 kivi-4 kivi-2 rotate-4 rotate-2 turbo-4 fp8 mxfp4 nf4 cq eigen think mikv gear sink-window random knorm ' +
    'keydiff snapkv tova h2o roco expected quest magicpig dmc';
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

/** The place of the number that is nearest; of two as near, the first. */
const nearestOf = (numbers: readonly number[], x: number): number =>
  numbers.reduce(
    (best, one, at) => (Math.abs(one - x) < Math.abs((numbers[best] ?? NaN) - x) ? at : best),
    0,
  );

/** Coordinates after a Hadamard transform, by Sylvester's construction. */
function transformed(row: readonly number[]): number[] {
  if (row.length === 1) return [...row];
  const half = row.length / 2;
  const [low, high] = [transformed(row.slice(0, half)), transformed(row.slice(half))];
  const sums = low.map((one, at) => (one + (high[at] ?? NaN)) / Math.SQRT2);
  return [...sums, ...low.map((one, at) => (one - (high[at] ?? NaN)) / Math.SQRT2)];
}

describe('tables', () => {
  test('fp8 has the nearest float to an element, times the largest of its key', () => {
    const problem = problemOf('fp8');
    const codes = encoded(problem, 'part0_key_codes');
    const scales = encoded(problem, 'part0_key_scales');
    const floats = range(127).map((code) => {
      const [exponent, mantissa] = [code >> 3, (code & 7) / 8];
      return exponent === 0 ? mantissa * 2 ** -6 : (1 + mantissa) * 2 ** (exponent - 7);
    });
    expect(floats.at(-1)).toBe(448);
    KEY_ROWS.forEach((row, at) => {
      const scale = Math.fround(new Float16Array([Math.max(...row.map(Math.abs)) / 448])[0] ?? NaN);
      expect(halfIn(scales, at)).toBe(scale);
      const expected = row.map((x) => {
        const code = nearestOf(floats, Math.abs(x) / scale);
        return x < 0 && code > 0 ? code + 128 : code;
      });
      expect(range(16).map((d) => codeIn(codes, 4, at, d, 8))).toEqual(expected);
    });
  });

  test('nf4 has the nearest quantile, times the largest of its group', () => {
    const problem = problemOf('nf4', { groupSize: 8 });
    const codes = encoded(problem, 'part0_value_codes');
    const scales = encoded(problem, 'part0_value_scales');
    const quantiles = [
      ...[-1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635],
      ...[-0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725],
      ...[
        0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023,
        1,
      ],
    ];
    for (const row of range(80)) {
      for (const half of [0, 1]) {
        const group = range(8).map((at) => valueAt(Math.floor(row / 40), row % 40, 8 * half + at));
        const [scale = NaN] = new Float16Array([Math.max(...group.map(Math.abs))]);
        expect(halfIn(scales, 2 * row + half)).toBe(scale);
        expect(range(8).map((d) => codeIn(codes, 2, row, 8 * half + d, 4))).toEqual(
          group.map((x) => nearestOf(quantiles, x / scale)),
        );
      }
    }
  });

  test('mxfp4 shares a power of two in each group', () => {
    const problem = problemOf('mxfp4', { groupSize: 8 });
    const codes = encoded(problem, 'part0_key_codes');
    const scales = encoded(problem, 'part0_key_scales');
    KEY_ROWS.forEach((row, at) => {
      for (const half of [0, 1]) {
        const group = row.slice(8 * half, 8 * half + 8);
        const power = Math.floor(Math.log2(Math.max(...group.map(Math.abs)))) - 2;
        expect(codeIn(scales, 1, 0, 2 * at + half, 8)).toBe(power + 127);
        const expected = group.map((x) => {
          const code = nearestOf([0, 0.5, 1, 1.5, 2, 3, 4, 6], Math.abs(x) / 2 ** power);
          return x < 0 && code > 0 ? code + 8 : code;
        });
        expect(range(8).map((d) => codeIn(codes, 2, at, 8 * half + d, 4))).toEqual(expected);
      }
    });
  });

  test('rotate codes what a Hadamard transform makes of a key', () => {
    const problem = problemOf('rotate-4', { groupSize: 8, residual: 4 });
    const codes = encoded(problem, 'part0_key_codes');
    const scales = encoded(problem, 'part0_key_scales');
    for (const at of range(72)) {
      const row = transformed(KEY_ROWS[Math.floor(at / 36) * 40 + (at % 36)] ?? []);
      for (const half of [0, 1]) {
        const expected = codesOf(row.slice(8 * half, 8 * half + 8), 4);
        expect(range(8).map((d) => codeIn(codes, 2, at, 8 * half + d, 4))).toEqual(expected.codes);
        expect(scales[2 * at + half]).toBe(expected.word);
      }
    }
  });

  test('turbo-4 keeps norms, and levels of a normal distribution', () => {
    const problem = problemOf('turbo-4');
    const scales = encoded(problem, 'part0_key_scales');
    const { keys } = decodeCache(problem, encodeCache(problem, DATA))[0] ?? { keys: new Float64Array() };
    KEY_ROWS.forEach((row, at) => {
      expect(halfIn(scales, at)).toBeCloseTo(Math.hypot(...row) / 4, 2);
      const error = Math.hypot(...row.map((x, d) => x - (keys[16 * at + d] ?? NaN)));
      expect(error / Math.hypot(...row)).toBeLessThan(0.25);
    });
  });
});

describe('few numbers', () => {
  test('eigen keeps coordinates in an orthonormal basis, and no other loses less', () => {
    const problem = problemOf('eigen', { rank: 8 });
    const basis = encoded(problem, 'part0_key_basis');
    const column = (group: number, at: number) =>
      range(16).map((d) => basis[(group * 16 + d) * 8 + at] ?? NaN);
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, x, d) => sum + x * (b[d] ?? NaN), 0);
    for (const group of [0, 1]) {
      for (const [a, b] of range(64).map((at) => [at >> 3, at & 7] as const)) {
        expect(dot(column(group, a), column(group, b))).toBeCloseTo(a === b ? 1 : 0, 6);
      }
      // The sum of k k^T only stretches its eigenvectors, and the first most.
      const rows = KEY_ROWS.slice(40 * group, 40 * group + 40);
      const stretched = range(8).map((at) => {
        const own = column(group, at);
        const image = range(16).map((d) =>
          rows.reduce((sum, row) => sum + (row[d] ?? NaN) * dot(row, own), 0),
        );
        const size = Math.hypot(...image);
        image.forEach((x, d) => expect(x / size).toBeCloseTo(own[d] ?? NaN, 5));
        return size;
      });
      expect(stretched).toEqual([...stretched].sort((a, b) => b - a));
    }
  });

  test('think keeps channels that matter to scores', () => {
    const channels = Array.from(encoded(problemOf('think'), 'part0_key_basis'));
    const expected = [0, 1].flatMap((group) => {
      const score = range(16).map((d) => {
        const keys = range(40).reduce((sum, token) => sum + keyAt(group, token, d) ** 2, 0) / 40;
        const queries = range(48).reduce(
          (sum, row) => sum + (DATA.query[(group * 48 + row) * 16 + d] ?? NaN) ** 2,
          0,
        );
        return (keys * queries) / 48;
      });
      const order = range(16).sort((a, b) => (score[b] ?? NaN) - (score[a] ?? NaN) || a - b);
      return order.slice(0, 8).sort((a, b) => a - b);
    });
    expect(channels).toEqual(expected);
  });

  test('cq names the nearest point of its channels', () => {
    const problem = problemOf('cq');
    const arrays = encodeCache(problem, DATA);
    const codes = arrays['part0_key_codes'] ?? [];
    const points = new Float16Array(Uint32Array.from(arrays['part0_key_points'] ?? []).buffer);
    KEY_ROWS.forEach((row, at) => {
      for (const place of range(4)) {
        const first = (Math.floor(at / 40) * 4 + place) * 256;
        const apart = range(256).map((code) =>
          range(4).reduce(
            (sum, d) => sum + ((row[4 * place + d] ?? NaN) - (points[4 * (first + code) + d] ?? NaN)) ** 2,
            0,
          ),
        );
        expect(codeIn(codes, 1, at, place, 8)).toBe(apart.indexOf(Math.min(...apart)));
      }
    });
  });

  test('mikv has 8 bits for keys that have drawn most attention, and 2 for the others', () => {
    const problem = problemOf('mikv', { budget: 10, groupSize: 16 });
    const [high, low] = ['part0_positions', 'part1_positions'].map((name) =>
      Array.from(encoded(problem, name)),
    );
    expect(high).toEqual(Array.from(encoded(problemOf('h2o', { budget: 10 }), 'part0_positions')));
    const all = [0, 1].flatMap((group) => [
      ...(high?.slice(10 * group, 10 * group + 10) ?? []),
      ...(low?.slice(30 * group, 30 * group + 30) ?? []),
    ]);
    expect(all.slice(0, 40).sort((a, b) => a - b)).toEqual(range(40));
    expect(all.slice(40).sort((a, b) => a - b)).toEqual(range(40));
  });
});

test('losses', () => {
  const row = (scores: number[], value: number) => {
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    return {
      scores: Float64Array.from(scores),
      logits: Float64Array.from(scores),
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
