import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { LOSSES, TRAITS } from '../../src/operations/contrastive/losses.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { planWork, workspaceBytes } from '../../src/core/plan.ts';
import { useSession } from '../support/gpu.ts';

const session = useSession();

describe('work and workspace', () => {
  const planOf = (variant: string, partial: Partial<ContrastiveProblem>) =>
    bind(contrastive, contrastiveProblem({ numRows: 500, embedDim: 64, ...partial }), session().identity)
      .variant(variant)
      .plan();

  const WORK: readonly [string, Partial<ContrastiveProblem>, number][] = [
    ['naive', {}, 3],
    ['tiled', {}, 5],
    ['panelled', {}, 3],
    ['panelled', { numRows: 2500 }, 4],
    ['tiled', { gradients: [] }, 1],
    ['tiled', { loss: 'info-nce' }, 4],
    ['tiled', { loss: 'info-nce', gradients: ['x'] }, 2],
    ['tiled', { loss: 'dcl', gradients: ['x', 'logitScale'] }, 2],
    ['tiled', { loss: 'siglip' }, 4],
    ['panelled', { loss: 'siglip' }, 3],
    ['panelled', { loss: 'info-nce' }, 3],
    ['tiled', { loss: 'nt-xent' }, 3],
    ['tiled', { loss: 'sup-con' }, 3],
  ];
  for (const [variant, partial, work] of WORK) {
    test(`${variant} ${JSON.stringify(partial)}: ${work} U`, () => {
      expect(planWork(planOf(variant, partial))).toBe(work);
    });
  }

  test('panels are refused to a loss of rows alone that they would save nothing', () => {
    const { identity } = session();
    const large = contrastiveProblem({ loss: 'info-nce', numRows: 2500, embedDim: 64 });
    expect(bind(contrastive, large, identity).variant('panelled').supported).toMatch(/dot products are kept/);
    const again = contrastiveProblem({ loss: 'info-nce', numRows: 50, embedDim: 64 });
    expect(bind(contrastive, again, identity).variant('panelled', { keepDots: 0 }).supported).toMatch(/kept/);
  });

  test('at most 16 bytes a row and column and 16 MiB', () => {
    for (const loss of LOSSES) {
      for (const variant of TRAITS[loss].symmetric || TRAITS[loss].sigmoid
        ? ['tiled', 'panelled']
        : ['tiled']) {
        for (const size of [1024, 1900, 2048, 2 ** 17]) {
          const plan = planOf(variant, { loss, numRows: size, embedDim: 512 });
          expect(workspaceBytes(plan), `${variant} ${loss}`).toBeLessThanOrEqual(16 * 2 * size + 2 ** 24);
        }
      }
    }
  });
});
