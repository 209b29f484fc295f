/** Dynamic memory compression against its definition, one key after another. */
import { describe, expect, test } from 'vitest';
import { bytesPerToken, chosenKeys, decodeCache, encodeCache } from '../../src/operations/kv-cache/encode.ts';
import { overTokens } from '../../src/operations/kv-cache/over-tokens.ts';
import { attendRow } from '../../src/operations/kv-cache/reference.ts';
import {
  attention,
  bestOf,
  DATA,
  dot,
  keysOf,
  problemOf,
  range,
  sum,
  valueAt,
} from '../support/small-cache.ts';

const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

describe('appending or merging', () => {
  /** One key after another is appended to a group's rows, or merged into the last one. */
  const rowsOf = (group: number, ends: readonly number[], weightOf: (position: number) => number) => {
    const rows: { key: number[]; value: number[]; z: number }[] = [];
    range(40).forEach((t) => {
      const next = { key: keysOf(group)[t] ?? [], value: range(16).map((d) => valueAt(group, t, d)) };
      const [last, w] = [rows.at(-1), weightOf(t)];
      if (last === undefined || ends.includes(t - 1)) {
        rows.push({ ...next, z: w });
        return;
      }
      const into = (a: number[], b: number[]) =>
        a.map((x, d) => (last.z * x + w * (b[d] ?? NaN)) / (last.z + w));
      last.key = into(last.key, next.key);
      last.value = into(last.value, next.value);
      last.z += w;
    });
    return rows;
  };
  const endsOf = (group: number, count: number, recent = 0) => {
    const own = keysOf(group);
    const apart = own.slice(0, -1).map((key, t) => {
      const next = own[t + 1] ?? [];
      return t >= 40 - recent ? 9 : -dot(key, next) / (Math.hypot(...key) * Math.hypot(...next));
    });
    return [...bestOf(count - 1, apart), 39];
  };
  /** Attention that a key has drawn, in the mean over the queries that see it. */
  const drawn = (group: number, position: number) =>
    mean(
      range(24)
        .filter((token) => position <= token + 16)
        .flatMap((token) => attention(group, token, () => true).map((row) => row[position] ?? NaN)),
    );

  test.each([
    { params: { budget: 12, importance: 0 }, weight: () => 1 },
    { params: { budget: 12, importance: 1, recent: 4 }, weight: drawn },
  ])('dmc ends runs where keys differ most: $params', ({ params, weight }) => {
    const problem = problemOf('dmc', params);
    const arrays = encodeCache(problem, DATA);
    const ends = [0, 1].map((group) => endsOf(group, 12, params.recent));
    expect(Array.from(arrays['part0_positions'] ?? [])).toEqual(ends.flat());
    const rows = [0, 1].flatMap((group) =>
      rowsOf(group, ends[group] ?? [], (position) => weight(group, position)),
    );
    rows.forEach(({ key, value }, slot) => {
      key.forEach((x, d) => expect(arrays['part0_key_rows']?.[slot * 16 + d]).toBeCloseTo(x, 6));
      value.forEach((x, d) => expect(arrays['part0_value_rows']?.[slot * 16 + d]).toBeCloseTo(x, 6));
    });
    [11, 23].forEach((slot, group) =>
      expect(arrays['part0_gathered']?.[group]).toBeCloseTo(rows[slot]?.z ?? NaN, 6),
    );
    // Keys, values and positions of what is left, and the importance that the last row of each head has gathered.
    expect(bytesPerToken(problem)).toBe((4 * (24 * (16 + 16 + 1) + 2)) / 40);
  });

  test('a merged row is attention to the keys in it', () => {
    const problem = problemOf('dmc', { budget: 12, importance: 1 });
    const list = chosenKeys(problem, DATA);
    const parts = decodeCache(problem, encodeCache(problem, DATA, list));
    for (const row of [0, 23, 60, 95]) {
      const merged = attendRow(problem, DATA.query, parts, row);
      const { probabilities, logits } = overTokens(problem, list, row, merged);
      merged.output.forEach((x, d) => {
        const spread = range(40).map((t) => (probabilities[t] ?? NaN) * valueAt(Math.floor(row / 48), t, d));
        expect(sum(spread)).toBeCloseTo(x, 6);
      });
      expect(Math.log(sum(Array.from(logits, Math.exp)))).toBeCloseTo(merged.lse, 12);
    }
  });

  test('heads that share a budget end their runs where keys differ most in any', () => {
    const { positions, starts } = chosenKeys(problemOf('dmc', { budget: 12, safeguard: 0 }), DATA) ?? {};
    expect([positions?.[(starts?.[1] ?? NaN) - 1], positions?.at(-1)]).toEqual([39, 39]);
    expect(positions).toHaveLength(24);
  });
});
