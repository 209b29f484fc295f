import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import type { Params } from '../../src/core/variant.ts';
import { SMALL, smallVariants } from '../../src/operations/contrastive/corners.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

describe('tile shapes', () => {
  const all = [
    'clip tiled',
    'clip panelled',
    'siglip tiled',
    'info-nce tiled',
    'siglip panelled',
    'sup-con tiled',
  ];
  // The staged ones take SwiftShader up to 10 s to compile: between them they meet every kernel.
  const shapes: readonly (readonly [Params, readonly string[]])[] = [
    [{}, all],
    [
      { blockM: 64, blockN: 64, rows: 4, cols: 4, stageDepth: 8, colsV: 4 },
      ['clip tiled', 'info-nce tiled', 'siglip panelled'],
    ],
    [
      { blockM: 32, blockN: 32, rows: 2, cols: 2, stageDepth: 8, colsV: 4 },
      ['clip panelled', 'siglip tiled', 'sup-con tiled'],
    ],
    [{ blockM: 8, blockN: 16, rows: 1, cols: 1, stageDepth: 0, colsV: 1 }, all],
    [{ ...SMALL, chunkRows: 64 }, all],
  ];
  for (const [params, kernels] of shapes) {
    for (const kernel of kernels) {
      const [loss, variant] = kernel.split(' ') as [ContrastiveProblem['loss'], string];
      test(`${loss} ${variant} ${JSON.stringify(params)}`, async () => {
        const problem = bind(
          contrastive,
          contrastiveProblem({ loss, numRows: 139, embedDim: 37 }),
          session().identity,
        );
        const { deviation } = await trial(session(), problem, { variant, params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  }
});

test('metrics in chunks, and ties: the lower index first', async () => {
  const { identity } = session();
  const chunked = bind(
    contrastive,
    contrastiveProblem({ numRows: 139, embedDim: 20, metrics: true, hardest: 4 }),
    identity,
  );
  const { deviation } = await trial(session(), chunked, {
    variant: 'tiled',
    params: { ...SMALL, chunkRows: 64 },
  });
  expect(deviation).toMatchObject({ ok: true });

  const equal = bind(
    contrastive,
    contrastiveProblem({ numRows: 20, embedDim: 4, metrics: true, hardest: 3, gradients: [] }),
    identity,
  );
  const ones = new Float32Array(80).fill(0.5);
  for (const { id, params } of smallVariants.slice(0, 2)) {
    const { outputs } = await trial(session(), equal, { variant: id, params, inputs: { x: ones, y: ones } });
    expect([...(outputs['rowRanks'] ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect([...(outputs['colRanks'] ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const places = new Uint32Array(outputs['hardestPlaces']?.buffer ?? new ArrayBuffer(0));
    expect([...places.subarray(0, 6)]).toEqual([1, 2, 3, 0, 2, 3]);
  }
});

describe('several panels of weights', () => {
  for (const [name, partial] of Object.entries({
    clip: { numRows: 139, extraCols: 20 },
    'info-nce': { loss: 'info-nce', numRows: 70, numCols: 139, normalize: true, labelSmoothing: 0.1 },
    siglip: { loss: 'siglip', numRows: 139 },
  } satisfies Record<string, Partial<ContrastiveProblem>>)) {
    test(name, async () => {
      const problem = bind(contrastive, contrastiveProblem({ embedDim: 20, ...partial }), session().identity);
      for (const chunkRows of [0, 64]) {
        const params = { ...SMALL, panelSide: 36, chunkRows };
        const { deviation } = await trial(session(), problem, { variant: 'panelled', params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      }
    });
  }
});

describe('dot products that are kept give the same bits as those computed again', () => {
  const QUADS = { blockM: 8, blockN: 16, rows: 4, cols: 4, stageDepth: 0, quads: 1, colsV: 2 };
  for (const [name, partial] of Object.entries({
    clip: { numRows: 67, embedDim: 37 },
    'clip with options': {
      numRows: 41,
      extraCols: 9,
      normalize: true,
      labelSmoothing: 0.1,
      ids: true,
      falseNegativeMargin: 0.3,
    },
    'siglip with metrics': { loss: 'siglip', numRows: 50, metrics: true, hardest: 3 },
    one: { numRows: 1 },
  } satisfies Record<string, Partial<ContrastiveProblem>>)) {
    for (const [shape, params] of Object.entries({ SMALL, QUADS })) {
      test(`${name}, ${shape}`, async () => {
        const problem = bind(
          contrastive,
          contrastiveProblem({ embedDim: 20, ...partial }),
          session().identity,
        );
        const run = (keepDots: number) =>
          trial(session(), problem, { variant: 'panelled', params: { ...params, keepDots } });
        const [again, kept] = [await run(0), await run(1)];
        expect(kept.deviation, `relative L2 ${kept.deviation.relL2}`).toMatchObject({ ok: true });
        expect(kept.outputs).toEqual(again.outputs);
      });
    }
  }
});

test('the same bits every time', async () => {
  for (const variant of ['tiled', 'panelled']) {
    const problem = bind(contrastive, contrastiveProblem({ numRows: 150, embedDim: 20 }), session().identity);
    const once = await trial(session(), problem, { variant, params: SMALL });
    const again = await trial(session(), problem, { variant, params: SMALL });
    expect(again.outputs).toEqual(once.outputs);
  }
});
