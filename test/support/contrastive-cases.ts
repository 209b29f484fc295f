import { withDropped } from '../../src/operations/contrastive/dropped-rows.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import type { OptionValues } from '../../src/operations/contrastive/options/fields.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { normals } from '../../src/core/random.ts';
import { contrastiveReference } from '../../src/operations/contrastive/reference.ts';

type Matrix = number[][];

/** A small case: a problem, its tensors and what is known of its lines. */
export interface Case {
  readonly problem: ContrastiveProblem;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly lines: OptionValues;
}

export function makeCase(partial: Partial<ContrastiveProblem>, lines: OptionValues = {}): Case {
  const problem = contrastiveProblem({ embedDim: 3, logitScale: 4, ...partial });
  const x = Float64Array.from(normals(problem.numRows * 3, 1));
  const y = problem.oneTensor === true ? x : Float64Array.from(normals(problem.numCols * 3, 2));
  return { problem, x, y, lines };
}

export const TEACHER = { teacherX: normals(5 * 2, 7), teacherY: normals(7 * 2, 8) };
const OWN = normals(5 * 2 * 3, 9);

export function reference({ problem, x, y, lines }: Case) {
  return contrastiveReference(problem, {
    x,
    y: problem.oneTensor === true ? x : y,
    rowNegatives: OWN,
    ...lines,
  });
}

export const lossOf = (one: Case): number => reference(one).loss.reduce((a, b) => a + b, 0);

export const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const lse = (values: readonly number[]) => Math.log(sum(values.map(Math.exp)));
const mean = (values: readonly number[]) => sum(values) / values.length;
const diagonal = (z: Matrix) => z.map((row, i) => row[i] ?? NaN);
const transpose = (z: Matrix): Matrix => (z[0] ?? []).map((_, j) => z.map((row) => row[j] ?? NaN));

function dots({ problem: { numRows, numCols }, x, y }: Case): Matrix {
  return Array.from({ length: numRows }, (_, i) =>
    Array.from({ length: numCols }, (_, j) =>
      sum([0, 1, 2].map((d) => (x[3 * i + d] ?? NaN) * (y[3 * j + d] ?? NaN))),
    ),
  );
}

const scaled = (one: Case): Matrix => dots(one).map((row) => row.map((value) => 4 * value));
const crossEntropy = (z: Matrix, labels: readonly number[]) =>
  z.map((row, i) => lse(row) - (row[labels[i] ?? NaN] ?? NaN));

const LABELS = [4, 0, 0, 3, 6];
export const CLASSES = [1, 0, 1, 1, 7, 0];
const without = (row: readonly number[], ...hidden: number[]) => row.filter((_, j) => !hidden.includes(j));

/** Each loss as its paper writes it, and as plainly as can be. */
export const BY_HAND: Record<string, [Case, (one: Case) => number]> = {
  clip: [
    makeCase({ loss: 'clip', numRows: 5 }),
    (one) => {
      const z = scaled(one);
      const places = [0, 1, 2, 3, 4];
      return (mean(crossEntropy(z, places)) + mean(crossEntropy(transpose(z), places))) / 2;
    },
  ],
  'info-nce with labels': [
    makeCase({ loss: 'info-nce', numRows: 5, numCols: 7, labels: true }, { labels: LABELS }),
    (one) => mean(crossEntropy(scaled(one), LABELS)),
  ],
  'info-nce without': [
    makeCase({ loss: 'info-nce', numRows: 5, numCols: 7, reduction: 'sum' }),
    (one) => sum(crossEntropy(scaled(one), [0, 1, 2, 3, 4])),
  ],
  siglip: [
    makeCase({ loss: 'siglip', numRows: 5, logitBias: -3 }),
    (one) =>
      sum(
        scaled(one).flatMap((row, i) =>
          row.map((z, j) => Math.log(1 + Math.exp((i === j ? -1 : 1) * (z - 3)))),
        ),
      ) / 5,
  ],
  'nt-xent': [
    makeCase({ loss: 'nt-xent', numRows: 6 }),
    (one) => mean(scaled(one).map((row, i) => lse(without(row, i)) - (row[(i + 3) % 6] ?? NaN))),
  ],
  'sup-con': [
    makeCase({ loss: 'sup-con', numRows: 6 }, { labels: CLASSES }),
    (one) =>
      mean(
        scaled(one).map((row, i) => {
          const positives = row.filter((_, j) => j !== i && CLASSES[j] === CLASSES[i]);
          return positives.length === 0 ? 0 : mean(positives.map((z) => lse(without(row, i)) - z));
        }),
      ),
  ],
  'sup-con of two tensors': [
    makeCase(
      { loss: 'sup-con', numRows: 5, numCols: 7, columnLabels: true },
      { labels: [1, 0, 1, 9, 7], columnLabels: [0, 1, 1, 7, 2, 0, 1] },
    ),
    (one) =>
      mean(
        scaled(one).map((row, i) => {
          const classes = [0, 1, 1, 7, 2, 0, 1];
          const positives = row.filter((_, j) => classes[j] === [1, 0, 1, 9, 7][i]);
          return positives.length === 0 ? 0 : mean(positives.map((z) => lse(row) - z));
        }),
      ),
  ],
  'dcl of two tensors': [
    makeCase({ loss: 'dcl', numRows: 5, numCols: 7, labels: true }, { labels: LABELS }),
    (one) =>
      mean(scaled(one).map((row, i) => lse(without(row, LABELS[i] ?? NaN)) - (row[LABELS[i] ?? NaN] ?? NaN))),
  ],
  'dcl of two views': [
    makeCase({ loss: 'dcl', numRows: 6, oneTensor: true }),
    (one) => mean(scaled(one).map((row, i) => lse(without(row, i, (i + 3) % 6)) - (row[(i + 3) % 6] ?? NaN))),
  ],
  dclw: [
    makeCase({ loss: 'dclw', numRows: 5 }),
    (one) => {
      const chances = diagonal(dots(one)).map((dot) => Math.exp(dot / 0.5));
      const weights = chances.map((chance) => 2 - (5 * chance) / sum(chances));
      return mean(scaled(one).map((row, i) => lse(without(row, i)) - (weights[i] ?? NaN) * (row[i] ?? NaN)));
    },
  ],
  'soft-targets': [
    makeCase({ loss: 'soft-targets', numRows: 5, numCols: 7, teacherDim: 2, teacherScale: 3 }, TEACHER),
    (one) => {
      const { teacherX, teacherY } = TEACHER;
      const taught = scaled(one).map((row, i) =>
        row.map(
          (_, j) => 3 * sum([0, 1].map((d) => (teacherX[2 * i + d] ?? NaN) * (teacherY[2 * j + d] ?? NaN))),
        ),
      );
      return mean(
        scaled(one).map((row, i) => {
          const t = taught[i] ?? [];
          return -sum(row.map((z, j) => Math.exp((t[j] ?? NaN) - lse(t)) * (z - lse(row))));
        }),
      );
    },
  ],
  softcap: [
    makeCase({ loss: 'info-nce', numRows: 5, numCols: 7, softcap: 3 }),
    (one) =>
      mean(
        crossEntropy(
          scaled(one).map((row) => row.map((z) => 3 * Math.tanh(z / 3))),
          [0, 1, 2, 3, 4],
        ),
      ),
  ],
  'z-loss': [
    makeCase({ loss: 'info-nce', numRows: 5, numCols: 7, zLoss: 0.1 }),
    (one) => mean(scaled(one).map((row, i) => lse(row) - (row[i] ?? NaN) + 0.1 * lse(row) ** 2)),
  ],
  'dropped rows': [
    makeCase(
      { loss: 'info-nce', numRows: 5, numCols: 7, labels: true, ignoreIndex: -1 },
      { labels: withDropped([4, -1, 0, -1, 6], -1) },
    ),
    (one) => {
      const [a = NaN, , b = NaN, , c = NaN] = crossEntropy(scaled(one), [4, 0, 0, 0, 6]);
      return (a + b + c) / 3;
    },
  ],
  'labels of each row': [
    makeCase(
      { loss: 'info-nce', numRows: 3, numCols: 7, labels: true, labelSets: 3, ignoreIndex: -1, zLoss: 0.1 },
      { labels: withDropped([4, -1, 4, 0, 1, 6, -1, -1, -1], -1) },
    ),
    (one) => {
      const z = scaled(one);
      const losses = [
        [0, 4],
        [0, 4],
        [1, 0],
        [1, 1],
        [1, 6],
      ].map(([i = NaN, label = NaN]) => {
        const row = z[i] ?? [];
        return lse(row) - (row[label] ?? NaN) + 0.1 * lse(row) ** 2;
      });
      return mean(losses);
    },
  ],
  bce: [
    makeCase(
      { loss: 'bce', numRows: 3, numCols: 7, labelSets: 3, ignoreIndex: -1, logitBias: -3 },
      { labels: withDropped([4, -1, 4, 0, 1, 6, -1, -1, -1], -1) },
    ),
    (one) => {
      const right = [[4], [0, 1, 6], []];
      return (
        sum(
          scaled(one).flatMap((row, i) =>
            row.map((z, j) => Math.log(1 + Math.exp((right[i]?.includes(j) ? -1 : 1) * (z - 3)))),
          ),
        ) / 3
      );
    },
  ],
  'label smoothing': [
    makeCase({ loss: 'info-nce', numRows: 5, numCols: 7, labelSmoothing: 0.2 }),
    (one) => mean(scaled(one).map((row, i) => lse(row) - 0.8 * (row[i] ?? NaN) - 0.2 * mean(row))),
  ],
  margin: [
    makeCase({ loss: 'info-nce', numRows: 5, margin: 0.3 }),
    (one) => {
      const z = scaled(one).map((row, i) => row.map((value, j) => value - (i === j ? 4 * 0.3 : 0)));
      return mean(crossEntropy(z, [0, 1, 2, 3, 4]));
    },
  ],
  'duplicate ids': [
    makeCase({ loss: 'info-nce', numRows: 5, numCols: 7, ids: true }, { ids: [1, 2, 1, 3, 4, 2, -1] }),
    (one) => {
      const hidden = [[2], [5], [0], [], []];
      return mean(scaled(one).map((row, i) => lse(without(row, ...(hidden[i] ?? []))) - (row[i] ?? NaN)));
    },
  ],
  'false negatives': [
    makeCase({ loss: 'info-nce', numRows: 5, numCols: 7, falseNegativeMargin: 0.1 }),
    (one) =>
      mean(
        dots(one).map((row, i) => {
          const limit = (row[i] ?? NaN) + 0.1;
          return lse(row.filter((dot) => dot <= limit).map((dot) => 4 * dot)) - 4 * (row[i] ?? NaN);
        }),
      ),
  ],
  'negatives of each row': [
    makeCase({ loss: 'info-nce', numRows: 5, rowNegatives: 2 }),
    (one) =>
      mean(
        scaled(one).map((row, i) => {
          const own = [0, 1].map(
            (k) =>
              4 * sum([0, 1, 2].map((d) => (one.x[3 * i + d] ?? NaN) * (OWN[(2 * i + k) * 3 + d] ?? NaN))),
          );
          return lse([...row, ...own]) - (row[i] ?? NaN);
        }),
      ),
  ],
  'weights of rows': [
    makeCase({ loss: 'info-nce', numRows: 3, rowWeights: true }, { rowWeights: [1, 0, 2.5] }),
    (one) => {
      const [a = NaN, , c = NaN] = crossEntropy(scaled(one), [0, 1, 2]);
      return (a + 2.5 * c) / 3;
    },
  ],
  'a scale per row': [
    makeCase({ loss: 'info-nce', numRows: 3, rowScales: true }, { scales: [1, 2, 3] }),
    (one) =>
      mean(
        crossEntropy(
          dots(one).map((row, i) => row.map((dot) => (i + 1) * dot)),
          [0, 1, 2],
        ),
      ),
  ],
  normalised: [
    makeCase({ loss: 'info-nce', numRows: 3, normalize: true }),
    (one) => {
      const length = (data: Float64Array, i: number) => Math.hypot(...data.subarray(3 * i, 3 * i + 3));
      const z = dots(one).map((row, i) =>
        row.map((dot, j) => (4 * dot) / length(one.x, i) / length(one.y, j)),
      );
      return mean(crossEntropy(z, [0, 1, 2]));
    },
  ],
};
