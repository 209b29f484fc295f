/** A small cache, and what tests of its methods read it by. */
import { Float16Array } from '@petamoriken/float16';
import { normals } from '../../src/core/random.ts';
import type { CacheData } from '../../src/operations/kv-cache/data.ts';
import { encodeCache } from '../../src/operations/kv-cache/encode.ts';
import { cacheProblem } from '../../src/operations/kv-cache/fill-problem.ts';
import type { CacheProblem } from '../../src/operations/kv-cache/problem.ts';

export const SHAPE = { numHeads: 4, numKVHeads: 2, seqLenQ: 24, seqLenKV: 40, headDim: 16, causal: true };

export const problemOf = (method: string, params: Record<string, number> = {}): CacheProblem =>
  cacheProblem({ ...SHAPE, method, params });

export const DATA: CacheData = {
  query: normals(4 * 24 * 16, 1),
  key: normals(2 * 40 * 16, 2),
  value: normals(2 * 40 * 16, 3),
};

export const keyAt = (group: number, token: number, d: number): number =>
  DATA.key[(group * 40 + token) * 16 + d] ?? NaN;
export const valueAt = (group: number, token: number, d: number): number =>
  DATA.value[(group * 40 + token) * 16 + d] ?? NaN;

export const encoded = (problem: CacheProblem, name: string): ArrayLike<number> =>
  encodeCache(problem, DATA)[name] ?? [];

/** The codes of a group of numbers, with their scale and least number as f16 bits. */
export function codesOf(group: readonly number[], bits: number) {
  const halves = new Float16Array([
    (Math.max(...group) - Math.min(...group)) / (2 ** bits - 1),
    Math.min(...group),
  ]);
  const [scale = NaN, least = NaN] = halves;
  const codes = group.map((x) => Math.min(2 ** bits - 1, Math.max(0, Math.round((x - least) / scale))));
  return { codes, word: new Uint32Array(halves.buffer)[0] };
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** The rows of keys, [group · token]. */
export const KEY_ROWS = range(80).map((row) =>
  range(16).map((d) => keyAt(Math.floor(row / 40), row % 40, d)),
);

/** Code number `at` of a row, of so many bits. */
export const codeIn = (
  words: ArrayLike<number>,
  wordsInRow: number,
  row: number,
  at: number,
  bits: number,
): number =>
  ((words[row * wordsInRow + Math.floor((at * bits) / 32)] ?? 0) >>> ((at * bits) % 32)) & (2 ** bits - 1);

export const halfIn = (words: ArrayLike<number>, at: number): number =>
  new Float16Array(Uint32Array.from(words).buffer)[at] ?? NaN;

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
export const dot = (a: readonly number[], b: readonly number[]): number =>
  sum(a.map((x, d) => x * (b[d] ?? NaN)));

/** The rows of a group's queries: [head · token]. */
export const queriesOf = (group: number): number[][] =>
  range(48).map((row) => range(16).map((d) => DATA.query[(group * 48 + row) * 16 + d] ?? NaN));
export const keysOf = (group: number): number[][] => KEY_ROWS.slice(40 * group, 40 * group + 40);

/** Positions of the largest scores, of equal ones the first. */
export const bestOf = (count: number, scores: readonly number[]): number[] =>
  [...scores.keys()]
    .sort((a, b) => (scores[b] ?? NaN) - (scores[a] ?? NaN) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);

/** P of each head, token and key, over the keys that are there. */
export function attention(group: number, token: number, isThere: (position: number) => boolean): number[][] {
  return [0, 1].map((member) => {
    const query = queriesOf(group)[member * 24 + token] ?? [];
    const weights = keysOf(group).map((key, position) =>
      position <= token + 16 && isThere(position) ? Math.exp(dot(query, key) / 4) : 0,
    );
    return weights.map((weight) => weight / sum(weights));
  });
}
