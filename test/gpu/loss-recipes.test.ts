import { describe, expect, test } from 'vitest';
import {
  clusteredBatches,
  clusterRows,
  filteredLoss,
  minedTriplets,
  mixNegatives,
  polyViewLoss,
  ShapeError,
  ticoLoss,
  type Tensor,
} from '../../src/index.ts';
import { useAnyLab } from '../support/any-lab.ts';
import { tensor } from '../support/lab.ts';

const lab = useAnyLab();

/** Rows as lists of doubles. */
type Rows = number[][];

const rowsOf = ({ shape: [, width = 0], data }: Tensor): Rows =>
  Array.from({ length: data.length / width }, (_, row) => [...data.slice(row * width, (row + 1) * width)]);
const dot = (a: readonly number[] = [], b: readonly number[] = []): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? NaN), 0);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const logSumExp = (values: readonly number[]): number => {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
};

/** Rows of length 1. */
function unit(seed: number, rows: number, width: number): Tensor {
  const { shape, data } = tensor(seed, rows, width);
  const lengths = rowsOf({ shape, data }).map((row) => Math.sqrt(dot(row, row)));
  return {
    shape,
    data: Float32Array.from(data, (value, at) => value / (lengths[Math.floor(at / width)] ?? NaN)),
  };
}

/** The gradient of a function of some rows by central differences in float64. */
function slopes(rows: Rows, of: (rows: Rows) => number): number[] {
  const step = 1e-5;
  return rows.flatMap((row, i) =>
    row.map((_, d) => {
      const at = (by: number) =>
        of(rows.map((other, k) => (k === i ? other.map((value, e) => value + (e === d ? by : 0)) : other)));
      return (at(step) - at(-step)) / (2 * step);
    }),
  );
}

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

function expectClose(found: ArrayLike<number>, wanted: readonly number[], bound = 1e-5): void {
  const norm = (values: readonly number[]) => Math.hypot(...values);
  const error = norm(wanted.map((value, at) => value - (found[at] ?? NaN))) / norm(wanted);
  expect(error).toBeLessThan(bound);
}

describe('more than two views', () => {
  const views = [1, 2, 3].map((seed) => unit(seed, 5, 4));
  const logitScale = 4;
  const stacked = views.flatMap(rowsOf);

  /** Straight from the definition. */
  function definition(kind: string, rows: Rows, scale = logitScale): number {
    const [count, samples] = [rows.length, 5];
    const others = (row: number) =>
      rows.filter((_, other) => other !== row && other % samples === row % samples);
    const means = rows.map((_, row) =>
      (rows[0] ?? []).map((_, d) => mean(others(row).map((other) => other[d] ?? NaN))),
    );
    return mean(
      rows.map((anchor, row) => {
        const candidates = kind === 'statistics' ? means : rows;
        const negatives = candidates
          .filter((_, other) => other % samples !== row % samples)
          .map((other) => scale * dot(anchor, other));
        const positives = kind === 'statistics' ? [means[row] ?? []] : others(row);
        const logs = positives.map((positive) => {
          const z = scale * dot(anchor, positive);
          return z - logSumExp([z, ...negatives]);
        });
        expect(count).toBe(15);
        return kind === 'arithmetic' ? -Math.log(mean(logs.map(Math.exp))) : -mean(logs);
      }),
    );
  }

  test.each(['geometric', 'arithmetic', 'statistics'] as const)('%s', async (kind) => {
    const {
      loss,
      viewGrads = [],
      logitScaleGrad,
    } = await polyViewLoss(lab(), {
      ...{ views, mean: kind, logitScale, gradients: true },
    });
    expect(Math.abs(loss / definition(kind, stacked) - 1)).toBeLessThan(2e-6);
    expectClose(
      viewGrads.flatMap(({ data }) => [...data]),
      slopes(stacked, (rows) => definition(kind, rows)),
    );
    const wanted =
      (definition(kind, stacked, logitScale + 1e-5) - definition(kind, stacked, logitScale - 1e-5)) / 2e-5;
    expect(Math.abs((logitScaleGrad ?? NaN) / wanted - 1)).toBeLessThan(1e-5);
  });

  test('two of them are NT-Xent, and what is wrong is named', async () => {
    const [first, second] = views;
    if (first === undefined || second === undefined) throw new Error('two views');
    const x = { shape: [10, 4], data: Float32Array.from([...first.data, ...second.data]) };
    const { loss } = await lab().contrastive({ loss: 'nt-xent', x, logitScale });
    for (const kind of ['geometric', 'arithmetic'] as const) {
      expect(
        (await polyViewLoss(lab(), { views: [first, second], mean: kind, logitScale })).loss,
      ).toBeCloseTo(loss, 5);
    }
    await expect(polyViewLoss(lab(), { views: [first] })).rejects.toMatchObject({ argument: 'views' });
    await expect(polyViewLoss(lab(), { views: [first, tensor(1, 4, 4)] })).rejects.toMatchObject({
      argument: 'views[1]',
    });
  });
});

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
    const { loss, xGrad, yGrad, logitScaleGrad, left, calls } = await filteredLoss(lab(), {
      ...{ x, y, surrogate, margin, logitScale: 5 },
    });
    const [own, other] = [rowsOf(surrogate.x), rowsOf(surrogate.y)];
    const wanted = own.map((row, i) =>
      other.flatMap((column, j) => (j !== i && dot(row, column) >= dot(row, other[i]) + margin ? [j] : [])),
    );
    expect(left).toEqual(wanted);
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

test('positives across two tensors, both directions', async () => {
  const [x, y] = [unit(1, 5, 4), unit(2, 7, 4)];
  const [labels, columnLabels] = [
    [0, 1, 1, 2, 3],
    [1, 0, 1, 2, 2, 0, 9],
  ];
  const common = { loss: 'sup-con', logitScale: 6, gradients: ['x', 'y'] } as const;
  const rows = await lab().contrastive({ ...common, x, y, labels, columnLabels });
  const columns = await lab().contrastive({
    ...common,
    x: y,
    y: x,
    labels: columnLabels,
    columnLabels: labels,
  });
  const direction = (own: Rows, of: number[], other: Rows, others: number[]) =>
    mean(
      own.map((row, i) => {
        const logits = other.map((column) => 6 * dot(row, column));
        const positives = logits.filter((_, j) => others[j] === of[i]);
        return positives.length === 0 ? 0 : logSumExp(logits) - mean(positives);
      }),
    );
  const definition = (all: Rows) => {
    const [a, b] = [all.slice(0, 5), all.slice(5)];
    return direction(a, labels, b, columnLabels) + direction(b, columnLabels, a, labels);
  };
  const all = [...rowsOf(x), ...rowsOf(y)];
  expect(rows.loss + columns.loss).toBeCloseTo(definition(all), 5);
  const sums = (a: ArrayLike<number> = [], b: ArrayLike<number> = []) =>
    Array.from(a, (value, at) => value + (b[at] ?? NaN));
  expectClose(
    [...sums(rows.xGrad?.data, columns.yGrad?.data), ...sums(rows.yGrad?.data, columns.xGrad?.data)],
    slopes(all, definition),
  );
});

test('three modalities', async () => {
  const parts = [1, 2, 3].map((seed) => unit(seed, 5, 4));
  const all = parts.flatMap(rowsOf);
  const grad = new Float64Array(60);
  let loss = 0;
  for (const [a, b] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    const [x, y] = [parts[a], parts[b]];
    if (x === undefined || y === undefined) throw new Error('three');
    const part = await lab().contrastive({ loss: 'clip', x, y, logitScale: 6, gradients: ['x', 'y'] });
    loss += part.loss;
    part.xGrad?.data.forEach((value, at) => (grad[20 * a + at] = (grad[20 * a + at] ?? NaN) + value));
    part.yGrad?.data.forEach((value, at) => (grad[20 * b + at] = (grad[20 * b + at] ?? NaN) + value));
  }
  const clip = (x: Rows, y: Rows) =>
    mean(
      x.map((row, i) => {
        const z = 6 * dot(row, y[i]);
        const across = logSumExp(y.map((other) => 6 * dot(row, other)));
        return (across + logSumExp(x.map((other) => 6 * dot(other, y[i]))) - 2 * z) / 2;
      }),
    );
  const definition = (rows: Rows) => {
    const [a, b, c] = [rows.slice(0, 5), rows.slice(5, 10), rows.slice(10)];
    return clip(a, b) + clip(a, c) + clip(b, c);
  };
  expect(loss).toBeCloseTo(definition(all), 5);
  expectClose(grad, slopes(all, definition));
});

test('invariance and covariance with a state', () => {
  const [x, y] = [unit(1, 7, 4), unit(2, 7, 4)];
  const first = ticoLoss({ x: y, y: x });
  const { loss, xGrad, yGrad, state } = ticoLoss({ x, y, state: first.state, covariance: 5 });
  const before = rowsOf(first.state);
  const matrix = (rows: Rows) =>
    before.map((line, d) =>
      line.map((value, e) => 0.9 * value + 0.1 * mean(rows.map((row) => (row[d] ?? 0) * (row[e] ?? 0)))),
    );
  const definition = (all: Rows) => {
    const [a, b] = [all.slice(0, 7), all.slice(7)];
    const c = matrix(a);
    return (
      1 -
      mean(a.map((row, i) => dot(row, b[i]))) +
      5 *
        mean(
          a.map((row) =>
            dot(
              row,
              c.map((line) => dot(line, row)),
            ),
          ),
        )
    );
  };
  const all = [...rowsOf(x), ...rowsOf(y)];
  expect(loss).toBeCloseTo(definition(all), 6);
  expectClose([...xGrad.data, ...yGrad.data], slopes(all, definition));
  expectClose(state.data, matrix(rowsOf(x)).flat());
  expect(() => ticoLoss({ x, y, state: tensor(1, 3, 4) })).toThrow(/^state/);
});

test('the rows that a learner can still learn from', async () => {
  const at = (seed: number) =>
    ({ loss: 'siglip', x: unit(seed, 8, 4), y: unit(seed + 1, 8, 4), reduction: 'none' }) as const;
  const [learner, reference] = [await lab().contrastive(at(1)), await lab().contrastive(at(3))];
  const scores = learner.loss.data.map((loss, row) => loss - (reference.loss.data[row] ?? NaN));
  const siglip = ({ x, y }: ReturnType<typeof at>) => {
    const columns = rowsOf(y);
    return rowsOf(x).map((row, i) =>
      columns.reduce((sum, column, j) => {
        const z = dot(row, column) / 0.07;
        return sum + Math.log1p(Math.exp(i === j ? -z : z));
      }, 0),
    );
  };
  const [own, other] = [siglip(at(1)), siglip(at(3))];
  expectClose(
    scores,
    own.map((loss, row) => loss - (other[row] ?? NaN)),
  );
});

test('a temperature for each row', async () => {
  const [x, y, rho] = [unit(1, 6, 4), unit(2, 6, 4), 0.3];
  const tau = Float32Array.from([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  const { loss, xGrad, logitScaleGrad } = await lab().contrastive({
    ...{ loss: 'dcl', x, y, logitScale: tau.map((own) => 1 / own), rowWeights: tau },
    ...{ reduction: 'none', gradients: ['x', 'logitScale'] },
  });
  const tauGrad = tau.map(
    (own, i) => ((loss.data[i] ?? NaN) - (logitScaleGrad?.data[i] ?? NaN) / own) / own - Math.log(5) + rho,
  );
  const columns = rowsOf(y);
  const definition = (rows: Rows, taus: readonly number[]) =>
    rows.reduce((sum, row, i) => {
      const own = taus[i] ?? NaN;
      const gaps = columns
        .filter((_, j) => j !== i)
        .map((other) => (dot(row, other) - dot(row, columns[i])) / own);
      return sum + own * (logSumExp(gaps) - Math.log(5) + rho);
    }, 0);
  expectClose(
    tauGrad,
    slopes([[...tau]], ([taus = []]) => definition(rowsOf(x), taus)),
  );
  expectClose(
    xGrad?.data ?? [],
    slopes(rowsOf(x), (rows) => definition(rows, [...tau])),
  );
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
