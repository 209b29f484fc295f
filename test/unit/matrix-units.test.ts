import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { UnsupportedError } from '../../src/core/errors.ts';
import type { Params } from '../../src/core/variant.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { requireOperation } from '../../src/operations/index.ts';
import { listOperations } from '../../src/worker/list.ts';
import { deviceProfile, withMatrixUnits } from '../support/device-profile.ts';

const plain = deviceProfile(32768, 32, ['subgroups', 'shader-f16']);
const able = withMatrixUnits(32768);
const on = (device: typeof plain, problem: Partial<AttentionProblem>, params = {}) =>
  bind(attention, attentionProblem(problem), device).variant('matrix', params);

describe('a device without matrix units', () => {
  test('has no variant on any list that needs them', () => {
    expect(bind(attention, attentionProblem({}), plain).variantIds).not.toContain('matrix');
    for (const { variants } of listOperations(plain)) {
      expect(variants.map(({ id }) => id)).not.toContain('matrix');
    }
  });

  test('says why where one is asked for by name', () => {
    const asked = () => on(plain, { dtype: 'f16' }).plan();
    expect(asked).toThrow(UnsupportedError);
    expect(asked).toThrow('chromium-experimental-subgroup-matrix');
  });

  test('that has them for other types, or no one size of subgroups, is told so', () => {
    const integers = [{ componentType: 'i8', resultComponentType: 'i32', M: 8, N: 8, K: 8 }];
    expect(on({ ...able, subgroupMatrices: integers }, {}).supported).toMatch(
      /no matrix units for f16 or f32/,
    );
    const features = able.features.filter((name) => name !== 'subgroup-size-control');
    expect(on({ ...able, features }, {}).supported).toMatch(/subgroups of one size/);
  });
});

describe('a device with matrix units', () => {
  test('lists the variants, and never runs them unasked', () => {
    for (const id of ['attention', 'contrastive']) {
      const problem = requireOperation(id).bind({ dtype: 'f16' }, able);
      expect(problem.variantIds.at(-1)).toBe('matrix');
      expect(problem.variant('matrix').supported).toBe(true);
      expect(problem.preferred().id).not.toBe('matrix');
    }
  });

  test('multiplies fragments of f16 where these hold the tensors, else of f32', () => {
    expect(on(able, { dtype: 'f16' }).params).toMatchObject({ matrixM: 16, matrixN: 8, matrixK: 16 });
    expect(on(able, {}).params).toMatchObject({ matrixM: 8, matrixN: 16, matrixK: 4 });
    const [halves, floats] = ['f16', 'f32'].map((type) => ({
      ...able,
      subgroupMatrices: (able.subgroupMatrices ?? []).filter(({ componentType }) => componentType === type),
    }));
    expect(on(halves ?? plain, {}).supported).toMatch(/no matrix units for f32 fragments/);
    // Apple's units add up products of f16 in f16 alone.
    expect(on(floats ?? plain, { dtype: 'f16' })).toMatchObject({
      supported: true,
      params: { fragmentBits: 32 },
    });
  });

  test.each<[string, Partial<AttentionProblem>, Params, RegExp]>([
    ['two terms', { scorePrecision: 'two-term' }, {}, /one term/],
    ['rotated copies in f16', { dtype: 'f16', rope: {} }, { fragmentBits: 16 }, /rotated copies, of f32/],
    ['tensors of f32 in f16', {}, { fragmentBits: 16 }, /fragmentBits must be 32/],
    ['less than a subgroup', { dtype: 'f16' }, { subgroups: 1 }, /no multiple of the largest subgroup, 64/],
    [
      'a fragment wider than the tile',
      { dtype: 'f16' },
      { blockN: 8 },
      /matrixK 16 does not divide blockN 8/,
    ],
    ['rows that eight invocations share', { dtype: 'f16' }, { subgroup: 128 }, /from 32 to 64, not 128/],
    ['too many invocations', { dtype: 'f16' }, { subgroup: 64, subgroups: 8 }, /512 invocations/],
    [
      'too much workgroup memory',
      { dtype: 'f16', headDim: 256 },
      { blockN: 64 },
      /bytes of workgroup memory/,
    ],
  ])('refuses %s by reason', (_, problem, params, reason) => {
    expect(on(able, problem, params).supported).toMatch(reason);
  });

  test.each<[string, Partial<ContrastiveProblem>, Params, RegExp]>([
    ['embeddings of f32 in f16', {}, { fragmentBits: 16 }, /embeddings of f32/],
    ['a stage of half a fragment', { dtype: 'f16' }, { unitDepth: 8 }, /matrixK 16 does not divide 8/],
    ['a tile of half a fragment', { dtype: 'f16' }, { blockM: 8, rows: 1 }, /matrixM 16 does not divide 8/],
    [
      'less than a subgroup',
      { dtype: 'f16' },
      { blockM: 16, blockN: 16 },
      /no multiple of the largest subgroup, 64/,
    ],
    [
      'too much workgroup memory',
      { dtype: 'f16' },
      { blockM: 64, unitDepth: 64 },
      /bytes of workgroup memory/,
    ],
  ])('refuses a contrastive loss with %s by reason', (_, problem, params, reason) => {
    const bound = bind(contrastive, contrastiveProblem(problem), able);
    expect(bound.variant('matrix', params).supported).toMatch(reason);
  });
});
