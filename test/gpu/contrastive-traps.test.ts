import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { normals } from '../../src/core/random.ts';
import { smallVariants } from '../../src/operations/contrastive/corners.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

describe('inputs that have broken others', () => {
  const run = async (partial: Partial<ContrastiveProblem>, inputs: Record<string, Float32Array>) => {
    const problem = bind(contrastive, contrastiveProblem(partial), session().identity);
    for (const { id, params } of smallVariants) {
      if (problem.variant(id, params).supported !== true) continue;
      const all = { ...problem.inputs(7), ...inputs };
      const { deviation } = await trial(session(), problem, { variant: id, params, inputs: all });
      expect(deviation, `${id}: relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
    }
  };
  const rows = normals(37 * 8, 1);

  test('all logits below -88', async () => {
    const opposite = Float32Array.from({ length: 37 * 8 }, (_, at) => (at % 8 === 0 ? -1 : 0));
    const x = opposite.map((value, at) => -value + (at % 8 === 1 ? 0.001 * at : 0));
    for (const loss of ['clip', 'info-nce', 'dcl'] as const) {
      await run({ loss, numRows: 37, embedDim: 8, logitScale: 150 }, { x, y: opposite });
    }
  });

  test('zero rows, normalised and not', async () => {
    const x = rows.map((value, at) => (at < 24 ? 0 : value));
    for (const normalize of [false, true]) {
      await run({ numRows: 37, embedDim: 8, normalize }, { x });
    }
  });

  test('duplicate rows', async () => {
    const x = rows.map((_, at) => rows[at % 16] ?? NaN);
    await run({ numRows: 37, embedDim: 8, normalize: true }, { x, y: x });
  });

  test('every pair already matched, at scale 100', async () => {
    const x = normals(40 * 32, 1);
    for (const loss of ['clip', 'info-nce', 'siglip'] as const) {
      await run({ loss, numRows: 40, embedDim: 32, logitScale: 100, normalize: true }, { x, y: x });
    }
    const views = Float32Array.from([...x.subarray(0, 640), ...x.subarray(0, 640)]);
    for (const loss of ['nt-xent', 'dcl'] as const) {
      const problem = { loss, numRows: 40, embedDim: 32, logitScale: 100, normalize: true, oneTensor: true };
      await run(problem, { x: views });
    }
  });

  test('rows whose squares leave the range of f32', async () => {
    const x = rows.map((value, at) => value * (at < 100 ? 1e-25 : 1e25));
    await run({ numRows: 37, embedDim: 8, normalize: true, gradients: [] }, { x });
  });
});
