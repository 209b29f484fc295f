import { describe, expect, test } from 'vitest';
import { polyViewLoss, ticoLoss } from '../../src/index.ts';
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
