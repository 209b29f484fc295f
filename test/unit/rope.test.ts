/** Rotary positions: the float64 reference against rotating first, gradients, positions, and what is refused. */
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { normals } from '../../src/core/random.ts';
import { sampleRows } from '../../src/core/sample.ts';
import { attentionBackwardReference } from '../../src/operations/attention-backward/reference.ts';
import { readAttention } from '../../src/operations/attention/call.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attentionSizes, type AttentionProblem } from '../../src/operations/attention/problem.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import type { Rope } from '../../src/operations/attention/options/rope-fields.ts';
import { goodArgs, thrown, zeros } from '../support/call-args.ts';

const SHAPE = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 3, seqLenKV: 5, headDim: 6, headDimV: 2 };
const random = (count: number, seed: number) => Float64Array.from(normals(count, seed));

function dataOf(problem: AttentionProblem) {
  const { query, key, value, output, lse } = attentionSizes(problem);
  return {
    query: random(query, 1),
    key: random(key, 2),
    value: random(value, 3),
    outputGrad: random(output, 4),
    lseGrad: random(lse, 5),
  };
}

/** Rows of [length, headDim] turned as complex numbers: (x + iy) · e^(i angle). */
function rotatedFirst(
  rows: Float64Array,
  { base = 10_000, dim = SHAPE.headDim, interleaved = false }: Rope,
  positionOf: (row: number) => number,
): Float64Array {
  const turned = rows.slice();
  for (let row = 0; row < rows.length / SHAPE.headDim; row++) {
    for (let pair = 0; pair < dim / 2; pair++) {
      const first = row * SHAPE.headDim + (interleaved ? 2 * pair : pair);
      const second = first + (interleaved ? 1 : dim / 2);
      const [x = NaN, y = NaN] = [rows[first], rows[second]];
      const angle = positionOf(row) / base ** ((2 * pair) / dim);
      turned[first] = x * Math.cos(angle) - y * Math.sin(angle);
      turned[second] = x * Math.sin(angle) + y * Math.cos(angle);
    }
  }
  return turned;
}

describe('the reference is that of rows rotated first', () => {
  const lengths = [4, 5];
  const ropes: Readonly<Record<string, Rope>> = {
    plain: {},
    'of another base': { base: 500 },
    'of some elements': { dim: 4 },
    'of neighbours': { dim: 4, interleaved: true },
    'at positions of its own': { positionsQ: [7, 1e5, 0.5], positionsKV: [4, 8, 15, 16, 1e5] },
    'at positions of each entry': { positionsQ: [1, 2, 3, 40, 50, 60] },
  };
  test.each(Object.entries(ropes))('%s', (_, rope) => {
    const plain = attentionProblem({ ...SHAPE, seqLensKV: lengths, causal: 'bottom-right' });
    const problem = attentionProblem({ ...plain, rope });
    const data = dataOf(problem);
    const { positionsQ, positionsKV } = rope;
    const entryOf = (row: number, heads: number, length: number) => Math.floor(row / (heads * length));
    const query = rotatedFirst(data.query, rope, (row) => {
      const [entry, token] = [entryOf(row, 4, 3), row % 3];
      if (positionsQ === undefined) return token + (lengths[entry] ?? NaN) - 3;
      return positionsQ[positionsQ.length === 3 ? token : 3 * entry + token] ?? NaN;
    });
    const key = rotatedFirst(data.key, rope, (row) => positionsKV?.[row % 5] ?? row % 5);
    const rows = sampleRows(24, 24);
    const [turned, expected] = [
      attentionReference(problem, data, rows),
      attentionReference(plain, { ...data, query, key }, rows),
    ];
    turned.output.forEach((value, at) => {
      expect(value).toBeCloseTo(expected.output[at] ?? NaN, 12);
    });
    const stored = attentionProblem({ ...problem, keysRotated: true });
    const again = attentionReference(stored, { ...data, key }, rows);
    expect([...again.output].map((value) => value.toFixed(12))).toEqual(
      [...turned.output].map((value) => value.toFixed(12)),
    );
  });
});

test('gradients are those of query and key as they are given', () => {
  const problem = attentionProblem({ ...SHAPE, rope: { dim: 4, positionsKV: [9, 3, 2, 100_000, 5] } });
  const data = dataOf(problem);
  const everything = { heads: sampleRows(4, 4), rows: sampleRows(6, 6), keys: sampleRows(5, 5) };
  const gradients = attentionBackwardReference(problem, data, everything);
  const loss = (changed: object) => {
    const { output, lse } = attentionReference(problem, { ...data, ...changed }, sampleRows(24, 24));
    const weighed = (values: Float64Array, grads: Float64Array) =>
      values.reduce((sum, value, at) => sum + value * (grads[at] ?? NaN), 0);
    return weighed(output, data.outputGrad) + weighed(lse, data.lseGrad);
  };
  for (const name of ['query', 'key'] as const) {
    for (let at = 0; at < data[name].length; at++) {
      const nudged = (step: number) => ({ [name]: data[name].map((v, i) => (i === at ? v + step : v)) });
      const slope = (loss(nudged(1e-5)) - loss(nudged(-1e-5))) / 2e-5;
      expect(gradients[`${name}Grad`].value[at], `${name} ${at}`).toBeCloseTo(slope, 7);
    }
  }
});

describe('arguments', () => {
  const ropeOf = (rope: unknown) => readAttention(Object.assign({}, goodArgs, { rope })).problem.rope;

  test('positions in any kind of list', () => {
    const expected = { positionsQ: [5, 6, 7] };
    expect(ropeOf({ positionsQ: [5, 6, 7] })).toEqual(expected);
    expect(ropeOf({ positionsQ: Int32Array.of(5, 6, 7) })).toEqual(expected);
    expect(ropeOf({ positionsQ: Float32Array.of(5, 6, 7) })).toEqual(expected);
    expect(ropeOf({ positionsQ: [Uint32Array.of(5, 6, 7)] })).toEqual(expected);
    expect(ropeOf({ positionsQ: { shape: [1, 3], data: Int32Array.of(5, 6, 7) } })).toEqual(expected);
    expect(ropeOf({})).toEqual({});
  });

  const bad: Readonly<Record<string, [object, string]>> = {
    'rope that is no object': [{ rope: 10_000 }, 'rope'],
    'a list': [{ rope: [1] }, 'rope'],
    'a name that there is not': [{ rope: { theta: 1 } }, 'theta'],
    'base 0': [{ rope: { base: 0 } }, 'rope.base'],
    'base NaN': [{ rope: { base: NaN } }, 'rope.base'],
    'base in words': [{ rope: { base: '10000' } }, 'rope.base'],
    'an odd dim': [{ rope: { dim: 3 } }, 'rope.dim'],
    'dim 0': [{ rope: { dim: 0 } }, 'rope.dim'],
    'dim beyond headDim': [{ rope: { dim: 10 } }, 'rope.dim'],
    'an odd headDim': [{ query: zeros(1, 4, 3, 7), key: zeros(1, 2, 5, 7), rope: {} }, 'rope.dim'],
    'headDim 1': [{ query: zeros(1, 4, 3, 1), key: zeros(1, 2, 5, 1), rope: {} }, 'rope.dim'],
    'interleaved in words': [{ rope: { interleaved: 'yes' } }, 'rope.interleaved'],
    'too few positions': [{ rope: { positionsQ: [1, 2] } }, 'rope.positionsQ'],
    'positions of other keys': [{ rope: { positionsKV: [1, 2, 3] } }, 'rope.positionsKV'],
    'a position of NaN': [{ rope: { positionsQ: [1, NaN, 3] } }, 'rope.positionsQ'],
    'positions in words': [{ rope: { positionsQ: '1, 2, 3' } }, 'rope.positionsQ'],
    'positions of big integers': [{ rope: { positionsQ: BigInt64Array.of(1n, 2n, 3n) } }, 'rope.positionsQ'],
    'positions of another shape': [
      { rope: { positionsQ: { shape: [4], data: [1, 2, 3] } } },
      'rope.positionsQ.shape',
    ],
    'rotated keys without rope': [{ keysRotated: true }, 'keysRotated'],
    'rotated keys in words': [{ rope: {}, keysRotated: 'yes' }, 'keysRotated'],
  };
  test.each(Object.entries(bad))('%s: ShapeError naming it', (_, [change, argument]) => {
    const error = thrown(() => readAttention(Object.assign({}, goodArgs, change)));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error).toMatchObject({ argument });
  });
});
