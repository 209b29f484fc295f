/** Which rows are negatives: mixed, mined and filtered ones, and batches of neighbours. */
import { describe, expect, test } from 'vitest';
import {
  clusteredBatches,
  clusterRows,
  filteredLoss,
  minedTriplets,
  mixNegatives,
  ShapeError,
} from '../../src/index.ts';
import { useAnyLab } from '../support/any-lab.ts';
import { tensor } from '../support/lab.ts';
import {
  dot,
  expectClose,
  logSumExp,
  mean,
  rowsOf,
  slopes,
  unit,
  type Rows,
} from '../support/loss-recipes.ts';

const lab = useAnyLab();

/** The weights with which two rows add up to another, or none where they do not. */
function partsOf(sum: readonly number[], a: readonly number[], b: readonly number[]): [number, number] {
  const [aa, ab, bb] = [dot(a, a), dot(a, b), dot(b, b)];
  const determinant = aa * bb - ab * ab;
  const [first, second] =
    determinant < 1e-9
      ? [dot(sum, a) / aa, 0]
      : [
          (dot(sum, a) * bb - dot(sum, b) * ab) / determinant,
          (dot(sum, b) * aa - dot(sum, a) * ab) / determinant,
        ];
  const rest = sum.map((value, d) => value - first * (a[d] ?? NaN) - second * (b[d] ?? NaN));
  return Math.hypot(...rest) < 1e-5 ? [first, second] : [NaN, NaN];
}

describe('negatives', () => {
  const [x, y] = [unit(1, 6, 8), unit(2, 9, 8)];

  test('mixed in feature space', async () => {
    const loss = { loss: 'info-nce', x, y, logitScale: 5 } as const;
    const { hardest } = await lab().contrastive({ ...loss, hardest: 3 });
    if (hardest === undefined) throw new Error('asked for');
    const mixed = mixNegatives({ x, y, hardest, pairs: 3, own: 2 });
    expect(mixed.shape).toEqual([6, 5, 8]);
    const found = await lab().contrastive({ ...loss, hardNegatives: mixed, gradients: ['x', 'y'] });
    const [columns, own] = [rowsOf(y), rowsOf({ shape: [30, 8], data: mixed.data })];
    for (const row of own) expect(dot(row, row)).toBeCloseTo(1, 5);
    const definition = (rows: Rows, others = columns) =>
      mean(
        rows.map((row, i) => {
          const logits = [...others, ...own.slice(5 * i, 5 * i + 5)].map((other) => 5 * dot(row, other));
          return logSumExp(logits) - (logits[i] ?? NaN);
        }),
      );
    expect(found.loss).toBeCloseTo(definition(rowsOf(x)), 5);
    expectClose(
      found.xGrad?.data ?? [],
      slopes(rowsOf(x), (rows) => definition(rows)),
    );
    expectClose(
      found.yGrad?.data ?? [],
      slopes(columns, (others) => definition(rowsOf(x), others)),
    );
    for (const [i, row] of rowsOf(x).entries()) {
      const listed = [...hardest.indices.slice(3 * i, 3 * i + 3)].map((column) => columns[column] ?? []);
      const mixtures = own.slice(5 * i, 5 * i + 5);
      for (const mixture of mixtures.slice(0, 3)) {
        const pairs = listed.flatMap((a) => listed.map((b) => partsOf(mixture, a, b)));
        expect(pairs.some(([first, second]) => first >= -1e-5 && second >= -1e-5)).toBe(true);
      }
      for (const mixture of mixtures.slice(3)) {
        const pairs = listed.map((negative) => partsOf(mixture, row, negative));
        expect(pairs.some(([first, second]) => first >= -1e-5 && first <= second)).toBe(true);
      }
    }
    for (const bad of [{}, { pairs: -1, own: 2 }, { pairs: 1.5 }]) {
      expect(() => mixNegatives({ x, y, hardest, ...bad })).toThrow(ShapeError);
    }
  });

  test.each(['triplet', 'angular'] as const)('semi-hard ones, %s', async (kind) => {
    const labels = [0, 1, 2, 3, 8, 5];
    const margin = kind === 'triplet' ? 0.9 : 1.4;
    const found = await minedTriplets(lab(), { x, y, labels, kind, margin });
    const [rows, columns] = [rowsOf(x), rowsOf(y)];
    const chosen = rows.map((row, i) => {
      const similar = columns.map((other) => dot(row, other));
      const below = similar
        .map((s, j) => [s, j] as const)
        .filter(([s, j]) => j !== labels[i] && s <= (similar[labels[i] ?? NaN] ?? NaN));
      return below.sort(([a], [b]) => b - a)[0]?.[1];
    });
    expect([...found.negatives]).toEqual(chosen.map((column) => column ?? 0xffffffff));
    const definition = (all: Rows) =>
      mean(
        all.slice(0, 6).map((row, i) => {
          const near = dot(row, all[6 + (labels[i] ?? NaN)]);
          const column = chosen[i];
          const far = column === undefined ? undefined : dot(row, all[6 + column]);
          if (kind === 'triplet') return far === undefined ? 0 : Math.max(0, margin + far - near);
          const other = far === undefined ? 0 : Math.max(0, margin - Math.acos(far)) ** 2;
          return Math.acos(near) ** 2 + other;
        }),
      );
    const both = [...rows, ...columns];
    expect(found.loss).toBeCloseTo(definition(both), 5);
    expect(found.loss).toBeGreaterThan(0);
    expectClose([...found.xGrad.data, ...found.yGrad.data], slopes(both, definition));
  });

  test('prototypes beside the batch', async () => {
    // Class centres, cluster centres and what no cluster has are columns; labels say which one is a row's.
    const [classes, clusters, outliers] = [unit(3, 3, 8), unit(4, 2, 8), unit(5, 4, 8)];
    const memory = [classes, clusters, outliers].flatMap(({ data }) => [...data]);
    const labels = [0, 2, 3, 4, 5, 8];
    const args = {
      loss: 'info-nce',
      x,
      y: { shape: [9, 8], data: Float32Array.from(memory) },
      labels,
      logitScale: 20,
    } as const;
    const { loss, xGrad } = await lab().contrastive({ ...args, gradients: ['x'] });
    const columns = rowsOf(args.y);
    const definition = (rows: Rows) =>
      mean(
        rows.map((row, i) => {
          const logits = columns.map((other) => 20 * dot(row, other));
          return logSumExp(logits) - (logits[labels[i] ?? NaN] ?? NaN);
        }),
      );
    expect(loss).toBeCloseTo(definition(rowsOf(x)), 4);
    expectClose(xGrad?.data ?? [], slopes(rowsOf(x), definition));
  });
});

test.each([0, -0.1])(
  'negatives that a surrogate model takes for positives are left out, margin %s',
  async (margin) => {
    const [x, y] = [unit(1, 24, 4), unit(2, 24, 4)];
    // Another width, and columns that are near their rows: few others come before them.
    const near = unit(3, 24, 6);
    const noise = tensor(4, 24, 6);
    const surrogate = {
      x: near,
      y: { shape: [24, 6], data: near.data.map((value, at) => value + 0.25 * (noise.data[at] ?? NaN)) },
    };
    const { loss, xGrad, yGrad, logitScaleGrad, leftOut, calls } = await filteredLoss(lab(), {
      ...{ x, y, surrogate, margin, logitScale: 5 },
    });
    const [own, other] = [rowsOf(surrogate.x), rowsOf(surrogate.y)];
    const wanted = own.map((row, i) =>
      other.flatMap((column, j) => (j !== i && dot(row, column) >= dot(row, other[i]) + margin ? [j] : [])),
    );
    expect(leftOut).toEqual(wanted);
    expect(wanted.flat().length).toBeGreaterThan(20);
    expect(calls).toBeGreaterThan(1);
    expect(calls).toBeLessThan(24);
    const definition = (all: Rows, scale = 5) =>
      mean(
        all.slice(0, 24).map((row, i) => {
          const logits = all.slice(24).map((column) => scale * dot(row, column));
          return logSumExp(logits.filter((_, j) => !wanted[i]?.includes(j))) - (logits[i] ?? NaN);
        }),
      );
    const all = [...rowsOf(x), ...rowsOf(y)];
    expect(Math.abs(loss / definition(all) - 1)).toBeLessThan(2e-6);
    expectClose([...xGrad.data, ...yGrad.data], slopes(all, definition));
    const slope = (definition(all, 5 + 1e-5) - definition(all, 5 - 1e-5)) / 2e-5;
    expect(Math.abs(logitScaleGrad / slope - 1)).toBeLessThan(1e-5);
    const short = { x: tensor(1, 23, 6), y: surrogate.y };
    await expect(filteredLoss(lab(), { x, y, surrogate: short })).rejects.toMatchObject({
      argument: 'surrogate.x',
    });
  },
);

test('rows that a second model cannot tell apart have no negatives, and lists have a limit', async () => {
  // More than the first search lists.
  const [x, y] = [unit(1, 18, 4), unit(2, 18, 4)];
  const alike = (rows: number) => ({ shape: [rows, 1], data: new Float32Array(rows).fill(1) });
  const found = await filteredLoss(lab(), { x, y, surrogate: { x: alike(18), y: alike(18) } });
  expect(found.leftOut.map(({ length }) => length)).toEqual(Array.from({ length: 18 }, () => 17));
  expect(found.loss).toBe(0);
  expect([...found.xGrad.data, ...found.yGrad.data].every((value) => value === 0)).toBe(true);
  const many = { x: alike(1026), y: alike(1026), surrogate: { x: alike(1026), y: alike(1026) } };
  await expect(filteredLoss(lab(), many)).rejects.toThrow(/margin 0: .* more than 1024/);
});

describe('clusters', () => {
  test('k-means, and batches of neighbours', async () => {
    // Four heaps far from each other.
    const rows = tensor(1, 80, 8);
    rows.data.forEach(
      (value, at) => (rows.data[at] = 0.1 * value + (Math.floor(at / 8) % 4 === at % 8 ? 3 : 0)),
    );
    const { clusterOf, centres, turns } = await clusterRows(lab(), { rows, count: 4, seed: 5 });
    expect(turns).toBeLessThanOrEqual(10);
    const list = rowsOf(rows);
    clusterOf.forEach((cluster, row) => {
      const distances = rowsOf(centres).map((centre) =>
        centre.reduce((sum, value, d) => sum + (value - (list[row]?.[d] ?? NaN)) ** 2, 0),
      );
      expect(distances[cluster]).toBe(Math.min(...distances));
    });
    const batches = clusteredBatches({ clusterOf, batch: 10 });
    expect(batches.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual(list.map((_, row) => row));
    const kinds = batches.map((batch) => new Set([...batch].map((row) => clusterOf[row])).size);
    expect(mean(kinds)).toBeLessThan(2);
    await expect(clusterRows(lab(), { rows, count: 81 })).rejects.toMatchObject({ argument: 'count' });
    rows.data[9] = NaN;
    await expect(clusterRows(lab(), { rows, count: 4 })).rejects.toThrow(/rows.*NaN in row 1/);
  });
});
