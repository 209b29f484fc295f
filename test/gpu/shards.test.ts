import { expect, test } from 'vitest';
import { runOnce } from '../../src/gpu/session.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import {
  mergeLines,
  shardGradientPlan,
  shardLossPlan,
  shardStatsPlan,
  type Shard,
} from '../../src/operations/contrastive/shard.ts';
import { requireArray, requireTyped } from '../../src/core/checks.ts';
import { UnsupportedError } from '../../src/core/errors.ts';
import { SMALL } from '../../src/operations/contrastive/tile-corners.ts';
import { useSession } from '../support/gpu.ts';

const session = useSession();

for (const loss of ['clip', 'info-nce', 'dcl'] as const) {
  test(`${loss}: shards of rows and columns add up to the whole`, async () => {
    const problem = contrastiveProblem({
      loss,
      numRows: 50,
      numCols: loss === 'clip' ? 50 : 70,
      embedDim: 12,
      gradients: ['x', 'y'],
    });
    const { embedDim, numRows, numCols } = problem;
    const inputs = contrastive.inputs(problem, 7);
    const [x, y] = [requireArray(inputs, 'x'), requireArray(inputs, 'y')];
    const cut = (data: ArrayLike<number>, { first, count }: Shard['rows']) =>
      Float32Array.from(data).subarray(first * embedDim, (first + count) * embedDim);
    const parts = (total: number, at: number) => [
      { first: 0, count: at },
      { first: at, count: total - at },
    ];
    const shards = parts(numRows, 17).flatMap((rows) => parts(numCols, 29).map((cols) => ({ rows, cols })));

    const all: Float32Array[] = [];
    for (const shard of shards) {
      const data = { x: cut(x, shard.rows), y: cut(y, shard.cols) };
      const { outputs } = await runOnce(session(), shardStatsPlan(problem, SMALL, shard), data, {});
      all.push(requireTyped(outputs, 'lines', Float32Array));
    }
    const finished = await runOnce(session(), shardLossPlan(problem), { lines: mergeLines(all) }, {});
    const xGrad = new Float32Array(numRows * embedDim);
    const yGrad = new Float32Array(numCols * embedDim);
    for (const shard of shards) {
      const data = {
        x: cut(x, shard.rows),
        y: cut(y, shard.cols),
        lines: requireArray(finished.outputs, 'lines'),
      };
      const { outputs } = await runOnce(session(), shardGradientPlan(problem, SMALL, shard), data, {});
      requireArray(outputs, 'xGrad').forEach((value, at) => {
        xGrad[shard.rows.first * embedDim + at] = (xGrad[shard.rows.first * embedDim + at] ?? NaN) + value;
      });
      requireArray(outputs, 'yGrad').forEach((value, at) => {
        yGrad[shard.cols.first * embedDim + at] = (yGrad[shard.cols.first * embedDim + at] ?? NaN) + value;
      });
    }
    const { lines: _lines, ...losses } = finished.outputs;
    const deviation = contrastive.verify(problem, inputs, { ...losses, xGrad, yGrad }, Infinity);
    expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
  });
}

test('what shards do not do is refused', () => {
  const shard = { rows: { first: 0, count: 1 }, cols: { first: 0, count: 1 } };
  for (const partial of [
    { loss: 'siglip' },
    { loss: 'nt-xent', numRows: 2 },
    { normalize: true },
    { margin: 1 },
  ] as const) {
    expect(() => shardStatsPlan(contrastiveProblem(partial), SMALL, shard)).toThrow(UnsupportedError);
  }
});
