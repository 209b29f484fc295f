import { describe, expect, test } from 'vitest';
import { bind } from '../../src/kernels/bind.ts';
import { contrastive } from '../../src/kernels/contrastive/operation.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../../src/kernels/contrastive/problem.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

const CORNERS: Readonly<Record<string, Partial<ContrastiveProblem>>> = {
  'one pair': { numRows: 1, embedDim: 5 },
  'one dimension': { numRows: 40, embedDim: 1 },
  'two pairs': { numRows: 2, embedDim: 3 },
  primes: { numRows: 67, embedDim: 37 },
  'exact tiles': { numRows: 64, embedDim: 64 },
  'several blocks each way': { numRows: 150, embedDim: 20 },
  'embedDim beyond one chunk of columns': { numRows: 33, embedDim: 300 },
  'scale 1e-3': { numRows: 50, embedDim: 16, logitScale: 1e-3 },
  'scale 100': { numRows: 50, embedDim: 16, logitScale: 100 },
  'scale 200': { numRows: 50, embedDim: 64, logitScale: 200 },
  'the loss alone': { numRows: 50, embedDim: 16, gradients: [] },
  'x alone': { numRows: 50, embedDim: 16, gradients: ['x'] },
  'y alone': { numRows: 50, embedDim: 16, gradients: ['y'] },
  'logitScale alone': { numRows: 50, embedDim: 16, gradients: ['logitScale'] },
  sum: { numRows: 50, embedDim: 16, reduction: 'sum' },
};

for (const { id } of contrastive.variants) {
  describe(`contrastive ${id}`, () => {
    for (const [name, partial] of Object.entries(CORNERS)) {
      test(name, async () => {
        const problem = bind(contrastive, contrastiveProblem(partial), session().identity);
        const { deviation } = await trial(session(), problem, { variant: id });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  });
}

describe('tile shapes', () => {
  const shapes = [
    { blockM: 64, blockN: 64, rows: 4, cols: 4, stageDepth: 8, colsV: 4 },
    { blockM: 32, blockN: 32, rows: 2, cols: 2, stageDepth: 8, colsV: 4 },
    { blockM: 8, blockN: 16, rows: 1, cols: 1, stageDepth: 0, colsV: 1 },
  ];
  for (const params of shapes) {
    test(JSON.stringify(params), async () => {
      const problem = bind(
        contrastive,
        contrastiveProblem({ numRows: 139, embedDim: 37 }),
        session().identity,
      );
      const { deviation } = await trial(session(), problem, { variant: 'tiled', params });
      expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
    });
  }
});
