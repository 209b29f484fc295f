import { describe, expect, test } from 'vitest';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attentionSizes } from '../../src/operations/attention/problem.ts';
import { normals } from '../../src/core/random.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { attentionBackwardReference } from '../../src/operations/attention-backward/reference.ts';
import { compare } from '../../src/core/deviation.ts';
import { sampleRows } from '../../src/core/sample.ts';

describe('attentionReference', () => {
  test('two keys, by hand', () => {
    const problem = attentionProblem({ seqLenQ: 1, seqLenKV: 2, headDim: 1, softmaxScale: 1 });
    // Scores ln 1 and ln 3: weights 1/4 and 3/4 of the values 8 and 4.
    const { output, lse } = attentionReference(
      problem,
      { query: [1], key: [0, Math.log(3)], value: [8, 4] },
      [0],
    );
    expect(output[0]).toBeCloseTo(5, 14);
    expect(lse[0]).toBeCloseTo(Math.log(4), 14);
  });

  test('the terms of the largest logit, by hand', () => {
    const terms = (options: object) =>
      attentionReference(
        attentionProblem({ seqLenQ: 1, seqLenKV: 2, headDim: 2, softmaxScale: 0.5, ...options }),
        { query: [3, 2], key: [2, -3, -2, 3], value: [1, 1, 1, 1] },
        [0],
      ).lseTerms;
    expect([...terms({})]).toEqual([6]);
    expect([...terms({ softcap: 4 })]).toEqual([4]);
    expect([...terms({ seqLensKV: [0] })]).toEqual([0]);
  });

  test('causal alignment, by hand', () => {
    const inputs = { query: [0, 0, 0], key: [0, 0], value: [2, 4] };
    const shape = { seqLenQ: 3, seqLenKV: 2, headDim: 1 };
    const outputs = (causal: 'bottom-right' | 'top-left') => [
      ...attentionReference(attentionProblem({ ...shape, causal }), inputs, [0, 1, 2]).output,
    ];
    expect(outputs('bottom-right')).toEqual([0, 2, 3]);
    expect(outputs('top-left')).toEqual([2, 3, 3]);
  });

  test('query heads share the key/value head of their group', () => {
    const problem = attentionProblem({ numHeads: 4, numKVHeads: 2, seqLenQ: 1, headDim: 1 });
    const { output } = attentionReference(
      problem,
      { query: [1, 1, 1, 1], key: [0, 0], value: [5, 7] },
      [0, 1, 2, 3],
    );
    expect([...output]).toEqual([5, 5, 7, 7]);
  });
});

describe('attentionReference, options by hand', () => {
  const data = { query: [1, 1], key: [1, 2, 3], value: [1, 10, 100] };
  const shape = { seqLenQ: 2, seqLenKV: 3, headDim: 1, softmaxScale: 1 };
  const lse = (options: object, more: object = {}) => [
    ...attentionReference(attentionProblem({ ...shape, ...options }), { ...data, ...more }, [0, 1]).lse,
  ];
  const of = (...scores: number[]) => Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
  const close = (actual: number[], expected: number[]) => {
    expected.forEach((value, i) => {
      expect(actual[i]).toBeCloseTo(value, 12);
    });
  };

  test('a window stands on the bottom-right diagonal', () => {
    close(lse({ window: [0, 0] }), [2, 3]);
    close(lse({ window: [1, 0] }), [of(1, 2), of(2, 3)]);
    close(lse({ window: [-1, 0], causal: 'top-left' }), [1, of(1, 2)]);
  });

  test('softcap, then ALiBi, then bias', () => {
    const capped = [1, 2, 3].map((score) => 2 * Math.tanh(score / 2));
    close(lse({ softcap: 2 }), [of(...capped), of(...capped)]);
    // Distances from the diagonal: row 0 stands at key 1, row 1 at key 2.
    const alibi = { alibi: true, alibiSlopes: [0.5] };
    close(lse({ alibi: true }, alibi), [of(0.5, 2, 2.5), of(0, 1.5, 3)]);
    close(lse({ biasShape: [2, 1] }, { bias: [4, -1] }), [4 + of(1, 2, 3), -1 + of(1, 2, 3)]);
  });

  test('masks, lengths and sinks', () => {
    close(lse({ maskShape: [3] }, { mask: [1, 0, 1] }), [of(1, 3), of(1, 3)]);
    expect(lse({ maskShape: [1] }, { mask: [0] })).toEqual([-Infinity, -Infinity]);
    close(lse({ seqLensKV: [2] }), [of(1, 2), of(1, 2)]);
    close(lse({ sinks: true }, { sinks: [5] }), [of(1, 2, 3, 5), of(1, 2, 3, 5)]);
    close(lse({ sinks: true, seqLensKV: [0] }, { sinks: [5] }), [5, 5]);
  });
});

describe('attentionBackwardReference', () => {
  const problem = attentionProblem({
    batch: 2,
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 3,
    seqLenKV: 5,
    headDim: 3,
    headDimV: 2,
    causal: 'bottom-right',
    softcap: 1.5,
    alibi: true,
    sinks: true,
    biasShape: [4, 1, 5],
    maskShape: [3, 5],
  });
  const { query, key, value, output, lse } = attentionSizes(problem);
  const random = (count: number, seed: number) => Float64Array.from(normals(count, seed));
  const data = {
    query: random(query, 1),
    key: random(key, 2),
    value: random(value, 3),
    bias: random(20, 4),
    sinks: random(4, 5),
    alibiSlopes: [0.5, 0.25, 0.125, 0.0625],
    mask: [1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1],
    outputGrad: random(output, 6),
    lseGrad: random(lse, 7),
  };
  const everything = { heads: sampleRows(4, 4), rows: sampleRows(6, 6), keys: sampleRows(5, 5) };

  test('every gradient agrees with finite differences of the forward', () => {
    const forward = (changed: object) => {
      const rows = attentionReference(problem, { ...data, ...changed }, sampleRows(lse, lse));
      const weighed = (values: Float64Array, grads: Float64Array) =>
        values.reduce((sum, v, i) => sum + v * (grads[i] ?? NaN), 0);
      return weighed(rows.output, data.outputGrad) + weighed(rows.lse, data.lseGrad);
    };
    const gradients = attentionBackwardReference(problem, data, everything);
    const names = ['query', 'key', 'value', 'bias', 'sinks'] as const;
    for (const name of names) {
      for (let at = 0; at < data[name].length; at++) {
        const nudged = (step: number) => ({ [name]: data[name].map((v, i) => (i === at ? v + step : v)) });
        const slope = (forward(nudged(1e-5)) - forward(nudged(-1e-5))) / 2e-5;
        expect(gradients[`${name}Grad`]?.value[at], `${name} ${at}`).toBeCloseTo(slope, 7);
      }
    }
  });

  test('a sample holds the same numbers as the whole', () => {
    const whole = attentionBackwardReference(problem, data, everything);
    const some = attentionBackwardReference(problem, data, { heads: [1, 3], rows: [0, 5], keys: [4] });
    expect([...some.queryGrad.value.slice(3, 6)]).toEqual([...whole.queryGrad.value.slice(3 * 11, 3 * 12)]);
    expect([...some.keyGrad.value.slice(3, 6)]).toEqual([...whole.keyGrad.value.slice(3 * 19, 3 * 20)]);
  });
});

describe('documents', () => {
  test('see nothing of one another, and align by themselves', () => {
    const problem = attentionProblem({
      seqLenQ: 3,
      seqLenKV: 5,
      headDim: 1,
      causal: 'bottom-right',
      cuSeqLensQ: [0, 1, 3],
      cuSeqLensKV: [0, 2, 5],
    });
    const data = { query: [0, 0, 0], key: [0, 0, 0, 0, 0], value: [1, 3, 5, 7, 12] };
    expect([...attentionReference(problem, data, [0, 1, 2]).output]).toEqual([2, 6, 8]);
  });
});

describe('compare', () => {
  test('relative L2 of the worst output', () => {
    const { relL2, maxAbs, ok } = compare(
      [
        { actual: [1, 2], expected: [1, 2] },
        { actual: [3, 4.5], expected: [3, 4] },
      ],
      0.05,
      'all',
    );
    expect(relL2).toBeCloseTo(0.1);
    expect(maxAbs).toBe(0.5);
    expect(ok).toBe(false);
  });

  test('NaN, wrong infinities and wrong lengths are never ok', () => {
    const ok = (actual: number[], expected: number[]) => compare([{ actual, expected }], 1, '').ok;
    expect(ok([NaN, 1], [0, 1])).toBe(false);
    expect(ok([NaN], [NaN])).toBe(false);
    expect(ok([Infinity], [-Infinity])).toBe(false);
    expect(ok([1, 1], [-Infinity, 1])).toBe(false);
    expect(ok([1], [1, 1])).toBe(false);
    expect(ok([-Infinity, 1], [-Infinity, 1])).toBe(true);
  });
});

test('sampleRows spreads over the whole, ends included', () => {
  expect(sampleRows(5, 10)).toEqual([0, 1, 2, 3, 4]);
  expect(sampleRows(101, 3)).toEqual([0, 50, 100]);
});
