import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
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

describe('tiles staged whole', () => {
  const device = (vendor: string, features = ['subgroups'], subgroups = 32) => ({
    ...deviceProfile(32768, subgroups, features),
    vendor,
  });
  const flash = (partial: Partial<AttentionProblem>, of = device('amd'), params = {}) =>
    bind(attention, attentionProblem({ seqLenQ: 512, headDim: 64, ...partial }), of).variant('flash', params);
  const isWhole = (partial: Partial<AttentionProblem>, of = device('amd'), params = {}) =>
    flash(partial, of, params)
      .plan()
      .passes.some(({ conditions }) => conditions.WHOLE === true);

  test('are the default of vendors that gain by them, where quads, rows and memory allow', () => {
    expect(isWhole({})).toBe(true);
    expect(isWhole({ headDim: 128 })).toBe(true);
    expect(isWhole({ headDim: 256 })).toBe(false);
    expect(isWhole({ headDim: 128 }, device('qualcomm'))).toBe(false);
    expect(isWhole({}, device('apple'))).toBe(true);
    expect(isWhole({}, device('nobody'))).toBe(false);
    expect(isWhole({}, device('amd', []))).toBe(false);
    expect(isWhole({}, device('amd', ['subgroups'], 4))).toBe(false);
    expect(isWhole({ seqLenQ: 16 })).toBe(false);
    expect(isWhole({ headDim: 30 })).toBe(false);
    expect(isWhole({ scorePrecision: 'two-term' })).toBe(false);
  });

  test('fit every device that they are the default of', () => {
    for (const vendor of ['amd', 'apple', 'nvidia', 'qualcomm']) {
      for (const headDim of [4, 20, 64, 80, 96, 128, 192, 256, 512]) {
        for (const memory of [16384, 32768]) {
          const of = { ...device(vendor), limits: deviceProfile(memory, 32).limits };
          expect(flash({ headDim }, of).supported, `${vendor}, headDim ${headDim}`).toBe(true);
        }
      }
    }
  });

  test('serve both products of the backward, where the stage covers both vectors of a row', () => {
    const whole = (headDim: number, params = {}) =>
      bind(
        attentionBackward,
        { ...attentionProblem({ seqLenQ: 512, headDim }), lseGrad: false },
        device('amd'),
      )
        .variant('flash', params)
        .plan()
        .passes.filter(({ conditions }) => conditions.WHOLE === true)
        .map(({ label }) => label);
    const gradients = ['flash query gradient', 'flash key and value gradient'];
    expect(whole(64)).toEqual(['flash forward', ...gradients]);
    expect(whole(64, { stageDepth: 64, blockM: 32 })).toEqual(['flash forward']);
    expect(whole(128)).toEqual([]);
  });

  test('want teams, vectors, and a stage that covers a row', () => {
    const tile = { blockM: 32, blockN: 16, rows: 2, cols: 4, stageDepth: 64, quads: 1, vectorWidth: 4 };
    expect(isWhole({}, device('nobody'), tile)).toBe(true);
    for (const other of [{ quads: 0 }, { cols: 2 }, { stageDepth: 32 }, { vectorWidth: 1 }]) {
      expect(isWhole({}, device('nobody'), { ...tile, ...other })).toBe(false);
    }
  });
});
