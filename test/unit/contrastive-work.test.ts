import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { LOSSES } from '../../src/operations/contrastive/losses/index.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { planWork, workspaceBytes } from '../../src/core/plan.ts';
import { corners } from '../../src/operations/contrastive/corners.ts';
import { deviceProfile } from '../support/device-profile.ts';

const device = deviceProfile(32768, 4, ['subgroups']);

describe('work and workspace', () => {
  const planOf = (variant: string, partial: Partial<ContrastiveProblem>) =>
    bind(contrastive, contrastiveProblem({ numRows: 500, embedDim: 64, ...partial }), device)
      .variant(variant)
      .plan();

  const WORK: readonly [string, Partial<ContrastiveProblem>, number][] = [
    ['naive', {}, 3],
    ['chunked', {}, 4],
    ['chunked', { gradients: [] }, 1],
    ['chunked', { loss: 'siglip' }, 3],
    ['tiled', {}, 5],
    ['panelled', {}, 3],
    ['panelled', { numRows: 2500 }, 4],
    ['tiled', { gradients: [] }, 1],
    ['tiled', { loss: 'info-nce' }, 4],
    ['tiled', { loss: 'info-nce', gradients: ['x'] }, 2],
    ['tiled', { loss: 'dcl', gradients: ['x', 'logitScale'] }, 2],
    ['tiled', { loss: 'siglip' }, 4],
    ['panelled', { loss: 'siglip' }, 3],
    ['tiled', { loss: 'bce', labelSets: 3 }, 4],
    ['panelled', { loss: 'info-nce' }, 3],
    ['panelled', { loss: 'info-nce', numRows: 2500 }, 4],
    ['tiled', { loss: 'nt-xent' }, 3],
    ['tiled', { loss: 'sup-con' }, 3],
    // A teacher of the same width: its scores are computed again wherever the student's are.
    ['naive', { loss: 'soft-targets' }, 4],
    ['tiled', { loss: 'soft-targets' }, 8],
    ['panelled', { loss: 'soft-targets' }, 5],
  ];
  for (const [variant, partial, work] of WORK) {
    test(`${variant} ${JSON.stringify(partial)}: ${work} U`, () => {
      expect(planWork(planOf(variant, partial))).toBe(work);
    });
  }

  test('a vocabulary takes a workspace that does not grow as N · V', () => {
    const bytes = (numRows: number, numCols: number) =>
      workspaceBytes(
        planOf('tiled', {
          ...{
            loss: 'info-nce',
            numRows,
            numCols,
            embedDim: 256,
            labels: true,
            ignoreIndex: -100,
            softcap: 30,
            zLoss: 1e-4,
          },
        }),
      );
    expect(bytes(2048, 32768)).toBeLessThan(2 ** 20); // the logits would take 256 MiB
    expect(bytes(4096, 32768) - bytes(2048, 32768)).toBeLessThan(32 * 2048);
    expect(bytes(2048, 65536) - bytes(2048, 32768)).toBeLessThan(32 * 32768);
  });

  test('panels are for two gradients, whatever else is asked for', () => {
    for (const { problem } of Object.values(corners.corners)) {
      const whole = contrastiveProblem(problem);
      const both = whole.gradients.includes('x') && whole.gradients.includes('y');
      expect(
        bind(contrastive, whole, { ...device, features: ['shader-f16'] }).variant('panelled').supported ===
          true,
      ).toBe(both);
    }
  });

  test('loads of four elements are refused where an invocation or a row has no multiple of four of columns', () => {
    const reason = (embedDim: number, params: object) =>
      bind(contrastive, contrastiveProblem({ numRows: 45, embedDim }), device).variant('tiled', {
        vectorWidth: 4,
        ...params,
      }).supported;
    expect(reason(36, { colsV: 6 })).toMatch(/does not divide colsV 6/);
    expect(reason(37, {})).toMatch(/rows of 37/);
  });

  test('panels run where none is named and both gradients are asked for, of any size and loss', () => {
    for (const loss of ['clip', 'info-nce', 'siglip', 'dcl', 'dclw'] as const) {
      for (const numRows of [500, 2500]) {
        const problem = contrastiveProblem({ loss, numRows, embedDim: 64 });
        expect(bind(contrastive, problem, device).preferred().id).toBe('panelled');
        const alone: ContrastiveProblem = { ...problem, gradients: ['x'] };
        expect(bind(contrastive, alone, device).preferred().id).toBe('tiled');
      }
    }
  });

  test('at most 16 bytes a row and column and 16 MiB, but for those that keep logits', () => {
    for (const loss of LOSSES) {
      for (const size of [1024, 1900, 2048, 2 ** 17]) {
        const problem = bind(contrastive, contrastiveProblem({ loss, numRows: size, embedDim: 512 }), device);
        for (const id of problem.variantIds.filter((each) => !['naive', 'chunked'].includes(each))) {
          const variant = problem.variant(id);
          if (variant.supported !== true) continue;
          expect(workspaceBytes(variant.plan()), `${id} ${loss}`).toBeLessThanOrEqual(
            16 * 2 * size + 2 ** 24,
          );
        }
      }
    }
  });
});
