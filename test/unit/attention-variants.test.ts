import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { deviceProfile } from '../support/device-profile.ts';

const bound = (partial: Partial<AttentionProblem>) =>
  bind(attention, attentionProblem(partial), deviceProfile(32768, 4));

test('split keys are preferred for few queries and many keys alone', () => {
  expect(bound({ seqLenQ: 1, seqLenKV: 8192 }).preferred().id).toBe('split-kv');
  expect(bound({ seqLenQ: 1, seqLenKV: 64 }).preferred().id).toBe('flash');
  expect(bound({ numHeads: 64, seqLenQ: 4096 }).preferred().id).toBe('flash');
});

test('f16 tensors are refused by reason where the device has no shader-f16', () => {
  expect(bound({ dtype: 'f16' }).variant('flash').supported).toContain('shader-f16');
});

describe('loads of four elements are refused by reason where', () => {
  const reason = (partial: Partial<AttentionProblem>, params: object = {}) =>
    bound({ headDim: 20, headDimV: 36, ...partial }).variant('flash', { vectorWidth: 4, ...params })
      .supported;

  test('rows are no multiple of four', () => {
    expect(reason({})).toBe(true);
    expect(reason({ headDimV: 18 })).toMatch(/does not divide rows of 18 elements/);
  });

  test('the stage is none, or the width is another', () => {
    expect(reason({}, { stageDepth: 6 })).toMatch(/stageDepth 6/);
    expect(reason({}, { vectorWidth: 3 })).toMatch(/must be 1 or 4/);
  });

  test('scores are sums of two', () => {
    expect(reason({ scorePrecision: 'two-term' })).toMatch(/two terms/);
  });
});
