import { describe, expect, test } from 'vitest';
import { attention } from '../../src/operations/attention/operation.ts';
import { optionInputs } from '../../src/core/option-data.ts';
import { attentionOptions } from '../../src/operations/attention/options/index.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { needsTwoTerms, scoreSize } from '../../src/operations/attention/score-size.ts';
import { toHalf } from '../../src/core/half.ts';
import { readAttention } from '../../src/operations/attention/call.ts';

const ones = (length: number, value = 1) => new Float32Array(length).fill(value);
const shape = { seqLenQ: 3, seqLenKV: 4, headDim: 4, softmaxScale: 1 } as const;
const plain = { query: ones(12, 2), key: ones(16, 3), value: ones(16) };

describe('the size of the scores that decide', () => {
  test('is the largest norms multiplied, scaled and capped', () => {
    expect(scoreSize(attentionProblem(shape), plain)).toBeCloseTo(24);
    expect(scoreSize(attentionProblem({ ...shape, softmaxScale: -0.5 }), plain)).toBeCloseTo(12);
    expect(scoreSize(attentionProblem({ ...shape, softcap: 5 }), plain)).toBe(5);
    const endless = ones(16, 3).fill(Infinity, 8, 9);
    expect(scoreSize(attentionProblem(shape), { ...plain, key: endless })).toBeCloseTo(24);
    const halves = { query: toHalf(plain.query), key: toHalf(plain.key), value: toHalf(plain.value) };
    expect(scoreSize(attentionProblem({ ...shape, dtype: 'f16' }), halves)).toBeCloseTo(24);
  });

  test('leaves out a bias that hides keys beside others, not one that a whole row has', () => {
    const problem = attentionProblem({ ...shape, biasShape: [3, 4] });
    const some = ones(12, 0);
    some.set([-30000, -Infinity, -30000], 4);
    expect(scoreSize(problem, { ...plain, bias: some })).toBeCloseTo(24);
    some.fill(-30000, 4, 8);
    expect(scoreSize(problem, { ...plain, bias: some })).toBeCloseTo(30024);
    some.fill(-Infinity, 4, 8);
    expect(scoreSize(problem, { ...plain, bias: some })).toBeCloseTo(24);
    expect(scoreSize(problem, { ...plain, bias: ones(12, 1000) })).toBeCloseTo(1024);
  });

  test('counts only the keys that a row sees', () => {
    const problem = attentionProblem({ ...shape, causal: 'top-left', biasShape: [3, 4] });
    const bias = ones(12, 0);
    bias[0] = -500;
    expect(scoreSize(problem, { ...plain, bias })).toBeCloseTo(524);
  });

  test('asks ALiBi for the nearest key', () => {
    const problem = attentionProblem({ ...shape, seqLenQ: 104, alibi: true });
    const small = optionInputs(attentionOptions, problem, { alibiSlopes: Float32Array.of(0.5) }, 0);
    // The first query stands 100 keys before the first key.
    expect(scoreSize(problem, { ...plain, ...small })).toBeCloseTo(24 + 50);
  });
});

test('ordinary scores need no second term', () => {
  const problem = attentionProblem({ numHeads: 2, seqLenQ: 64, headDim: 64 });
  expect(needsTwoTerms(problem, attention.inputs(problem, 1))).toBe(false);
});

describe('scorePrecision', () => {
  const tensor = (value: number) => ({ shape: [1, 1, 3, 4], data: ones(12, value) });
  const call = (size: number, scorePrecision?: 'auto' | 'f32' | 'two-term') =>
    readAttention({
      query: tensor(size),
      key: tensor(size),
      value: tensor(1),
      ...(scorePrecision !== undefined && { scorePrecision }),
    }).problem.scorePrecision;

  test('is chosen by size unless it is given', () => {
    expect(call(1)).toBeUndefined();
    expect(call(10)).toBe('two-term');
    expect(call(10, 'f32')).toBeUndefined();
    expect(call(1, 'two-term')).toBe('two-term');
  });

  test('is refused by name where it is unknown', () => {
    const unknown = 'f64' as 'f32';
    expect(() => call(1, unknown)).toThrow(/scorePrecision.*'auto', 'f32' or 'two-term'/);
  });
});
