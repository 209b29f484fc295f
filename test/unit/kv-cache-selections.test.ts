/** Selections of the cache bench against their definitions, written out here once more. */
import { describe, expect, test } from 'vitest';
import { bytesPerToken } from '../../src/operations/kv-cache/encode.ts';
import { DATA, encoded, keyAt, problemOf, range, valueAt } from '../support/small-cache.ts';

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

  /** P of each head, query and key, written out. */
  const attention = range(4).map((head) =>
    range(24).map((token) => {
      const group = Math.floor(head / 2);
      const scores = range(40).map((position) => {
        const dot = range(16).reduce(
          (sum, d) => sum + (DATA.query[(head * 24 + token) * 16 + d] ?? NaN) * keyAt(group, position, d),
          0,
        );
        return position > token + 16 ? -Infinity : dot / 4;
      });
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      return scores.map((score) => Math.exp(score) / total);
    }),
  );
  const headsOf = (group: number): number[][][] => attention.slice(2 * group, 2 * group + 2);
  const meanOf = (numbers: readonly number[]): number =>
    numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  /** P of a key for each query that sees it, over the heads of a group. */
  const column = (group: number, position: number): number[] =>
    headsOf(group).flatMap((rows) => rows.map((row) => row[position] ?? NaN).filter((p) => p > 0));

  test('h2o keeps keys that have drawn most attention', () => {
    expect(chosen('h2o')).toEqual(bestOf(10, (group, token) => meanOf(column(group, token))));
    const recent = (group: number, token: number) => (token >= 37 ? 9 : meanOf(column(group, token)));
    expect(chosen('h2o', { budget: 10, recent: 3 })).toEqual(bestOf(10, recent));
  });

  test('roco keeps keys whose attention varies, then those that have drawn most', () => {
    const deviation = (group: number, token: number) => {
      const own = column(group, token);
      return Math.sqrt(meanOf(own.map((p) => p ** 2)) - meanOf(own) ** 2);
    };
    const varying = bestOf(4, deviation);
    const score = (group: number, token: number) =>
      varying.slice(4 * group, 4 * group + 4).includes(token) ? 9 : meanOf(column(group, token));
    expect(chosen('roco', { budget: 10, robust: 0.4 })).toEqual(bestOf(10, score));
  });

  test('snapkv asks the last queries, and pools over neighbours', () => {
    const one = (group: number, token: number) =>
      token < 0 || token > 39
        ? 0
        : meanOf(headsOf(group).flatMap((rows) => rows.slice(-6).map((row) => row[token] ?? NaN)));
    const pooled = (group: number, token: number) =>
      meanOf([-2, -1, 0, 1, 2].map((step) => one(group, token + step)));
    expect(chosen('snapkv', { budget: 10, window: 6 })).toEqual(bestOf(10, pooled));
  });

  test('tova asks the last query of all heads', () => {
    const score = (_: number, token: number) => meanOf(attention.map((rows) => rows[23]?.[token] ?? NaN));
    expect(chosen('tova')).toEqual(bestOf(10, score));
  });

  test('expected keeps keys that normal queries would attend to', () => {
    const logs = range(4).map((head) => {
      const at = (token: number, d: number) => DATA.query[(head * 24 + token) * 16 + d] ?? NaN;
      const mean = range(16).map((d) => meanOf(range(24).map((token) => at(token, d))));
      const centred = (token: number, d: number) => at(token, d) - (mean[d] ?? NaN);
      return range(40).map((position) => {
        const key = range(16).map((d) => keyAt(Math.floor(head / 2), position, d));
        // k^T Sigma k is the variance of q . k.
        const variance = meanOf(
          range(24).map((token) => key.reduce((sum, k, d) => sum + k * centred(token, d), 0) ** 2),
        );
        return key.reduce((sum, k, d) => sum + k * (mean[d] ?? NaN), 0) / 4 + variance / 32;
      });
    });
    const score = (group: number, token: number) => {
      const norm = Math.hypot(...range(16).map((d) => valueAt(group, token, d)));
      const share = [0, 1].map((member) => {
        const own = logs[2 * group + member] ?? [];
        return Math.exp(own[token] ?? NaN) / own.reduce((sum, log) => sum + Math.exp(log), 0);
      });
      return meanOf(share) * norm;
    };
    expect(chosen('expected')).toEqual(bestOf(10, score));
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
