import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { LOSSES, lossOf } from '../../src/operations/contrastive/losses/index.ts';
import { contrastiveReference } from '../../src/operations/contrastive/reference.ts';
import { contrastiveResult } from '../../src/operations/contrastive/result.ts';
import type { Run } from '../../src/core/run.ts';
import type { Arrays } from '../../src/core/variant.ts';
import { SMALL } from '../../src/operations/contrastive/tile-corners.ts';
import { knownParams } from '../support/params.ts';
import { trial, useSession } from '../support/gpu.ts';
import { usualVariants } from '../support/usual-variants.ts';

const session = useSession();

test('ties in metrics: the lower index first', async () => {
  const equal = bind(
    contrastive,
    contrastiveProblem({ numRows: 20, embedDim: 4, metrics: true, hardest: 3, gradients: [] }),
    session().identity,
  );
  const ones = new Float32Array(80).fill(0.5);
  for (const { id, params: specs } of usualVariants(contrastive)) {
    const params = knownParams(specs, SMALL);
    if (equal.variant(id, params).supported !== true) continue;
    const { outputs } = await trial(session(), equal, { variant: id, params, inputs: { x: ones, y: ones } });
    expect([...(outputs['rowRanks'] ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect([...(outputs['colRanks'] ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const places = new Uint32Array(outputs['hardestPlaces']?.buffer ?? new ArrayBuffer(0));
    expect([...places.subarray(0, 6)]).toEqual([1, 2, 3, 0, 2, 3]);
  }
});

describe('logits of one huge size keep the log of the sum', () => {
  const rows = () => new Float32Array(24).fill(5000);
  const SMOOTHED = { labelSmoothing: 0.3 };
  for (const loss of LOSSES.filter((id) => !lossOf(id).pairwise)) {
    const smoothed = lossOf(loss).options.includes('labelSmoothing') ? [{}, SMOOTHED] : [{}];
    for (const options of smoothed) {
      test(`${loss} ${JSON.stringify(options)}`, async () => {
        const { labels, teacher } = lossOf(loss);
        const shape = { numRows: 6, embedDim: 4, logitScale: 1, ...(teacher && { teacherDim: 4 }) };
        const problem = contrastiveProblem({ loss, ...options, ...shape });
        const bound = bind(contrastive, problem, session().identity);
        // Two classes of three.
        const more = {
          ...(labels === 'classes' && { keys: Uint32Array.of(0, 0, 0, 1, 1, 1) }),
          ...(teacher && { teacherX: rows(), teacherY: rows() }),
        };
        const inputs = { x: rows(), ...(problem.oneTensor === true ? {} : { y: rows() }), ...more };
        const [expected = NaN] = contrastiveReference(problem, { x: rows(), y: rows(), ...more }).loss;
        expect(expected).toBeGreaterThan(1);
        for (const { id, params: specs } of usualVariants(contrastive)) {
          const params = knownParams(specs, SMALL);
          if (bound.variant(id, params).supported !== true) continue;
          const { outputs } = await trial(session(), bound, { variant: id, params, inputs });
          expect(Math.abs((outputs['loss']?.[0] ?? NaN) / expected - 1), id).toBeLessThan(1e-5);
        }
      });
    }
  }
});

const NO_RUN: Run = {
  ...{
    operation: 'contrastive',
    variant: '',
    params: {},
    paramsFrom: 'given',
    workspaceBytes: 0,
    flops: 0,
    passes: [],
  },
  wallMs: 0,
};

test('NaN embeddings have the last ranks and no recall, and are the last of the hardest', async () => {
  const problem = contrastiveProblem({ numRows: 6, embedDim: 4, metrics: true, hardest: 6, gradients: [] });
  const bound = bind(contrastive, problem, session().identity);
  const { x, y } = contrastive.inputs(problem, 3);
  const half = Float32Array.from(y ?? []).fill(NaN, 0, 4); // column 0
  const nothing = new Float32Array(24).fill(NaN);
  for (const { id, params: specs } of usualVariants(contrastive)) {
    const params = knownParams(specs, SMALL);
    if (bound.variant(id, params).supported !== true) continue;
    const run = async (inputs: Arrays) => {
      const { outputs } = await trial(session(), bound, { variant: id, params, inputs });
      return contrastiveResult(problem, outputs, NO_RUN);
    };
    const none = await run({ x: nothing, y: nothing });
    expect([...(none.metrics?.rowRanks ?? [])], id).toEqual([6, 6, 6, 6, 6, 6]);
    expect([...(none.metrics?.colRanks ?? [])]).toEqual([6, 6, 6, 6, 6, 6]);
    expect(none.metrics?.rowRecall.at1).toBeNaN();
    expect(none.metrics?.colRecall?.at10).toBeNaN();
    expect(none.loss).toBeNaN();
    const some = await run({ x: x ?? nothing, y: half });
    expect(some.metrics?.rowRanks[0]).toBe(6);
    expect(some.metrics?.rowRecall.at1).toBeNaN();
    // Row 1: four numbers, then column 0, then nothing.
    const { logits, indices } = some.hardest ?? {};
    expect([...(logits?.data.subarray(6, 12) ?? [])].map(Number.isNaN)).toEqual([
      ...[false, false, false, false, true, false],
    ]);
    expect([indices?.[10], indices?.[11]]).toEqual([0, 2 ** 32 - 1]);
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
