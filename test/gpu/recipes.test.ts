import { expect, test } from 'vitest';
import { type Tensor } from '../../src/index.ts';
import { valuesOf } from '../../src/core/half.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { normals } from '../../src/core/random.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { compare } from '../../src/core/deviation.ts';
import { sampleRows } from '../../src/core/sample.ts';
import { sizeOf } from '../../src/core/tensor.ts';
import { useAnyLab } from '../support/any-lab.ts';

const lab = useAnyLab();

const tensor = (seed: number, ...shape: number[]): Tensor => ({ shape, data: normals(sizeOf(shape), seed) });

test('a prefix that a whole batch shares', async () => {
  const [batch, numKVHeads, group, seqLenQ, prefixLen, suffixLen, headDim] = [3, 2, 2, 4, 37, 9, 8];
  const heads = numKVHeads * batch * group;
  const query = tensor(1, 1, heads, seqLenQ, headDim);
  const [prefixKey, prefixValue] = [2, 3].map((seed) => tensor(seed, 1, numKVHeads, prefixLen, headDim));
  const [suffixKey, suffixValue] = [4, 5].map((seed) =>
    tensor(seed, 1, numKVHeads * batch, suffixLen, headDim),
  );
  if (!prefixKey || !prefixValue || !suffixKey || !suffixValue) throw new Error('four tensors');

  const prefix = await lab().attention({ query, key: prefixKey, value: prefixValue });
  const suffix = await lab().attention({ query, key: suffixKey, value: suffixValue, causal: true });
  const { output, lse } = await lab().mergeStates([prefix, suffix]);

  // The definition: every entry has the prefix in front of its own keys.
  const whole = (shared: Tensor, own: Tensor): number[] =>
    Array.from({ length: numKVHeads * batch }, (_, line) => {
      const head = Math.floor(line / batch);
      const size = (length: number) => length * headDim;
      return [
        ...shared.data.slice(head * size(prefixLen), (head + 1) * size(prefixLen)),
        ...own.data.slice(line * size(suffixLen), (line + 1) * size(suffixLen)),
      ];
    }).flat();
  const problem = attentionProblem({
    numHeads: heads,
    numKVHeads: numKVHeads * batch,
    seqLenQ,
    seqLenKV: prefixLen + suffixLen,
    headDim,
    causal: 'bottom-right',
  });
  const expected = attentionReference(
    problem,
    { query: query.data, key: whole(prefixKey, suffixKey), value: whole(prefixValue, suffixValue) },
    sampleRows(heads * seqLenQ, Infinity),
  );
  const pairs = [
    { actual: valuesOf(output.data), expected: expected.output },
    { actual: lse.data, expected: expected.lse },
  ];
  const { ok, relL2 } = compare(pairs, 5e-6, '');
  expect(ok, `relative L2 ${relL2}`).toBe(true);
});

test('keys that arrive in chunks', async () => {
  const query = tensor(1, 1, 2, 5, 8);
  const [key, value] = [tensor(2, 1, 2, 60, 8), tensor(3, 1, 2, 60, 8)];
  const part = ({ data }: Tensor, first: number, end: number): Tensor => ({
    shape: [1, 2, end - first, 8],
    data: Float32Array.from(
      [0, 1].flatMap((head) => [...data.slice((head * 60 + first) * 8, (head * 60 + end) * 8)]),
    ),
  });
  const states = [];
  for (const [first, end] of [
    [0, 1],
    [1, 44],
    [44, 60],
  ] as const) {
    states.push(await lab().attention({ query, key: part(key, first, end), value: part(value, first, end) }));
  }
  const merged = await lab().mergeStates(states);
  const { output } = await lab().attention({ query, key, value }, { variant: 'naive' });
  const { ok, relL2 } = compare(
    [{ actual: valuesOf(merged.output.data), expected: valuesOf(output.data) }],
    1e-5,
    '',
  );
  expect(ok, `relative L2 ${relL2}`).toBe(true);
});

type Inputs = Readonly<Record<'query' | 'key' | 'value', Tensor>>;

/**
 * Causal attention of one head in float64, whose query is turned by its distance from each key.
 * @param distanceOf `undefined`: the key is not seen
 */
function turned(
  { query, key, value }: Inputs,
  distanceOf: (token: number, other: number) => number | undefined,
): number[] {
  const [, , length = 0, headDim = 0] = query.shape;
  const [q, k, v] = [query, key, value].map(({ data }) => valuesOf(data));
  if (!q || !k || !v) throw new Error('three arrays');
  const at = (values: ArrayLike<number>, token: number, d: number) => values[token * headDim + d] ?? NaN;
  const scoreAt = (token: number, other: number, distance: number) => {
    let dot = 0;
    for (let pair = 0; pair < headDim / 2; pair++) {
      const angle = distance * 10_000 ** ((-2 * pair) / headDim);
      const [x, y] = [at(q, token, pair), at(q, token, pair + headDim / 2)];
      dot += (Math.cos(angle) * x - Math.sin(angle) * y) * at(k, other, pair);
      dot += (Math.sin(angle) * x + Math.cos(angle) * y) * at(k, other, pair + headDim / 2);
    }
    return dot / Math.sqrt(headDim);
  };
  return Array.from({ length }, (_, token) => {
    const sums = new Float64Array(headDim);
    let total = 0;
    for (let other = 0; other <= token; other++) {
      const distance = distanceOf(token, other);
      if (distance === undefined) continue;
      const weight = Math.exp(scoreAt(token, other, distance));
      total += weight;
      sums.forEach((sum, d) => (sums[d] = sum + weight * at(v, other, d)));
    }
    return [...sums.map((sum) => sum / total)];
  }).flat();
}

test('rotary positions beyond those of training: sinks, and a window', async () => {
  const [length, numSinks, limit, headDim] = [40, 4, 12, 8];
  const [query, key, value] = [1, 2, 3].map((seed) => tensor(seed, 1, 1, length, headDim));
  if (!query || !key || !value) throw new Error('three tensors');
  const tokens = ({ data }: Tensor, first: number, end: number): Tensor => ({
    shape: [1, 1, end - first, headDim],
    data: valuesOf(data).slice(first * headDim, end * headDim),
  });
  const limited = Array.from({ length }, (_, at) => Math.min(at, limit));
  const sinks = await lab().attention({
    query,
    key: tokens(key, 0, numSinks),
    value: tokens(value, 0, numSinks),
    causal: 'top-left',
    rope: { positionsQ: limited },
  });
  const near = await lab().attention({
    query,
    key: tokens(key, numSinks, length),
    value: tokens(value, numSinks, length),
    causal: true,
    window: [limit - 1, 0],
    rope: {},
  });
  const { output } = await lab().mergeStates([sinks, near]);

  const expected = turned({ query, key, value }, (token, other) => {
    if (other < numSinks) return Math.min(token, limit) - other;
    return token - other < limit ? token - other : undefined;
  });
  const { ok, relL2 } = compare([{ actual: valuesOf(output.data), expected }], 5e-6, '');
  expect(ok, `relative L2 ${relL2}`).toBe(true);
});

test('far keys that all turn by one distance', async () => {
  const [query, key, value] = [1, 2, 3].map((seed) => tensor(seed, 1, 1, 40, 8));
  if (!query || !key || !value) throw new Error('three tensors');
  const ropes = [
    [{ maxDistance: 5 }, (distance: number) => Math.min(distance, 5)],
    [{ window: 7, beyond: 30 }, (distance: number) => (distance > 7 ? 30 : distance)],
  ] as const;
  for (const [rope, turn] of ropes) {
    const { output } = await lab().attention({ query, key, value, rope, causal: true });
    const expected = turned({ query, key, value }, (token, other) => turn(token - other));
    const { ok, relL2 } = compare([{ actual: valuesOf(output.data), expected }], 5e-6, '');
    expect(ok, `relative L2 ${relL2}`).toBe(true);
  }
});

test('one cache of hidden states for all heads', async () => {
  const [numHeads, seqLenQ, length, headDim, width] = [3, 5, 29, 8, 24];
  const query = tensor(1, 1, numHeads, seqLenQ, headDim);
  const hidden = tensor(2, 1, 1, length, width);
  const [keyWeights, valueWeights] = [3, 4].map((seed) => normals(numHeads * width * headDim, seed));
  if (!keyWeights || !valueWeights) throw new Error('two projections');
  const states = valuesOf(hidden.data);
  const queries = valuesOf(query.data);
  /** Element [head][row][column] of a product over `depth` elements. */
  const product = (
    [rows, columns, depth]: readonly [number, number, number],
    left: (head: number, row: number, k: number) => number,
    right: (head: number, k: number, column: number) => number,
  ) =>
    Float64Array.from({ length: numHeads * rows * columns }, (_, at) => {
      const [head, row] = [Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows];
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += left(head, row, k) * right(head, k, at % columns);
      return sum;
    });
  const weight = (weights: Float32Array) => (head: number, k: number, column: number) =>
    weights[(head * width + k) * headDim + column] ?? NaN;
  const wide = product(
    [seqLenQ, width, headDim],
    (head, row, k) => queries[(head * seqLenQ + row) * headDim + k] ?? NaN,
    (head, k, column) => weight(keyWeights)(head, column, k),
  );
  const scale = 0.2 / Math.sqrt(headDim);
  const { output } = await lab().attention({
    query: { shape: [1, numHeads, seqLenQ, width], data: Float32Array.from(wide) },
    key: hidden,
    value: hidden,
    softmaxScale: scale,
  });
  const sums = valuesOf(output.data);
  const actual = product(
    [seqLenQ, headDim, width],
    (head, row, k) => sums[(head * seqLenQ + row) * width + k] ?? NaN,
    weight(valueWeights),
  );

  const state = (_head: number, row: number, k: number) => states[row * width + k] ?? NaN;
  const [key, value] = [keyWeights, valueWeights].map((weights) =>
    product([length, headDim, width], state, weight(weights)),
  );
  if (!key || !value) throw new Error('keys and values');
  const problem = attentionProblem({ numHeads, seqLenQ, seqLenKV: length, headDim, softmaxScale: scale });
  const rows = sampleRows(numHeads * seqLenQ, Infinity);
  const { output: expected } = attentionReference(problem, { query: queries, key, value }, rows);
  const { ok, relL2 } = compare([{ actual, expected }], 5e-6, '');
  expect(ok, `relative L2 ${relL2}`).toBe(true);
});
