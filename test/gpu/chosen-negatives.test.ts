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
import { dot, mean, rowsOf } from '../../src/recipes/loss-recipes/float64-rows.ts';
import { filtered } from '../../src/recipes/loss-recipes/table/filtered.ts';
import { unitRows } from '../../src/recipes/loss-recipes/seeded-rows.ts';
import { useAnyLab } from '../support/any-lab.ts';
import { tensor } from '../support/lab.ts';

const lab = useAnyLab();

/** The weights with which two rows add up to another, or none where they do not. */
function partsOf(sum: Float64Array, a: Float64Array, b: Float64Array): [number, number] {
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

test('negatives are mixed of two negatives, or of a negative that weighs more than the row', async () => {
  const [x, y] = [unitRows(1, 6, 8), unitRows(2, 9, 8)];
  const { hardest } = await lab().contrastive({ loss: 'info-nce', x, y, hardest: 3 });
  if (hardest === undefined) throw new Error('asked for');
  const mixed = mixNegatives({ x, y, hardest, pairs: 3, own: 2 });
  expect(mixed.shape).toEqual([6, 5, 8]);
  const [columns, own] = [rowsOf(y), rowsOf({ shape: [30, 8], data: mixed.data })];
  for (const row of own) expect(dot(row, row)).toBeCloseTo(1, 5);
  for (const [i, row] of rowsOf(x).entries()) {
    const listed = [...hardest.indices.slice(3 * i, 3 * i + 3)].map((column) => columns[column] ?? row);
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

test('triplets take labels, and say which negatives they chose', async () => {
  const [x, y, labels] = [unitRows(1, 6, 8), unitRows(2, 9, 8), [0, 1, 2, 3, 8, 5]];
  const { negatives } = await minedTriplets(lab(), { x, y, labels });
  const columns = rowsOf(y);
  const chosen = rowsOf(x).map((row, i) => {
    const similar = columns.map((other) => dot(row, other));
    const below = similar
      .map((s, j) => [s, j] as const)
      .filter(([s, j]) => j !== labels[i] && s <= (similar[labels[i] ?? NaN] ?? NaN));
    return below.sort(([a], [b]) => b - a)[0]?.[1];
  });
  expect([...negatives]).toEqual(chosen.map((column) => column ?? 0xffffffff));
});

test.each([0, -0.3])('a filter takes few calls, and tells what it leaves out, margin %s', async (margin) => {
  const { x, y, surrogateX, surrogateY } = filtered.inputs(1, 24);
  const surrogate = { x: surrogateX, y: surrogateY };
  const { leftOut, calls, logitScaleGrad } = await filteredLoss(lab(), {
    ...{ x, y, surrogate, margin, logitScale: 5 },
  });
  const [own, other] = [rowsOf(surrogateX), rowsOf(surrogateY)];
  const wanted = own.map((row, i) =>
    other.flatMap((column, j) => (j !== i && dot(row, column) >= dot(row, other[i]) + margin ? [j] : [])),
  );
  expect(leftOut).toEqual(wanted);
  expect(calls).toBeGreaterThan(1);
  expect(calls).toBeLessThan(24);
  const definition = (logitScale: number) => {
    const rows = { x: rowsOf(x), y: rowsOf(y), surrogateX: own, surrogateY: other };
    return filtered.reference(rows, { margin, logitScale }, {})(rows)[0] ?? NaN;
  };
  const slope = (definition(5 + 1e-5) - definition(5 - 1e-5)) / 2e-5;
  expect(Math.abs(logitScaleGrad / slope - 1)).toBeLessThan(1e-5);
  const short = { x: tensor(1, 23, 6), y: surrogate.y };
  await expect(filteredLoss(lab(), { x, y, surrogate: short })).rejects.toMatchObject({
    argument: 'surrogate.x',
  });
});

test('rows that a second model cannot tell apart have no negatives, and lists have a limit', async () => {
  // More than the first search lists.
  const [x, y] = [unitRows(1, 18, 4), unitRows(2, 18, 4)];
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
