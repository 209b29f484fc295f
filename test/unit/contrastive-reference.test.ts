import { describe, expect, test } from 'vitest';
import { withDropped } from '../../src/operations/contrastive/dropped-rows.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { contrastiveReference } from '../../src/operations/contrastive/reference.ts';
import {
  BY_HAND,
  CLASSES,
  lossOf,
  makeCase,
  reference,
  sum,
  TEACHER,
  type Case,
} from '../support/contrastive-cases.ts';

describe('losses agree with their formulas', () => {
  for (const [name, [one, formula]] of Object.entries(BY_HAND)) {
    test(name, () => {
      expect(lossOf(one)).toBeCloseTo(formula(one), 12);
    });
  }

  test('two pairs, by hand', () => {
    // z = [[ln 3, 0], [0, ln 3]]: every row and column has P = 3/4.
    const problem = contrastiveProblem({ numRows: 2, embedDim: 2, logitScale: Math.log(3) });
    const { loss, rowLse } = contrastiveReference(problem, { x: [1, 0, 0, 1], y: [1, 0, 0, 1] });
    expect(loss[0]).toBeCloseTo(Math.log(4 / 3), 14);
    expect(rowLse[0]).toBeCloseTo(Math.log(4), 14);
  });
});

const MORE: Record<string, Case> = {
  'clip with everything': makeCase(
    {
      loss: 'clip',
      numRows: 4,
      extraCols: 3,
      normalize: true,
      labelSmoothing: 0.1,
      margin: 0.2,
      ids: true,
      falseNegativeMargin: 0.5,
    },
    { ids: [1, 1, 2, 3] },
  ),
  'clip with a scale per row': makeCase(
    { loss: 'clip', numRows: 4, rowScales: true },
    { scales: [1, 2, 3, 4] },
  ),
  'clip with weights of rows': makeCase(
    { loss: 'clip', numRows: 4, rowWeights: true, labelSmoothing: 0.1 },
    { rowWeights: [1, 2, 0.5, -1] },
  ),
  'siglip with weights of rows': makeCase(
    { loss: 'siglip', numRows: 4, rowWeights: true },
    { rowWeights: [1, 2, 0.5, 0] },
  ),
  'dclw with weights of rows': makeCase(
    { loss: 'dclw', numRows: 6, oneTensor: true, margin: 0.1, rowWeights: true },
    { rowWeights: [1, 2, 0, 1, 3, 0.5] },
  ),
  'sup-con with weights of rows': makeCase(
    { loss: 'sup-con', numRows: 6, rowWeights: true },
    { labels: CLASSES, rowWeights: [1, 2, 0, 1, 3, 0.5] },
  ),
  'nt-xent with everything': makeCase(
    { loss: 'nt-xent', numRows: 6, normalize: true, labelSmoothing: 0.1, margin: 0.2, rowScales: true },
    { scales: [1, 2, 3, 4, 5, 6] },
  ),
  'negatives of each row, normalised': makeCase({
    loss: 'clip',
    numRows: 4,
    rowNegatives: 2,
    normalize: true,
    labelSmoothing: 0.1,
  }),
  'dclw of two views': makeCase({ loss: 'dclw', numRows: 6, oneTensor: true, margin: 0.1, sigma: 0.9 }),
  'dclw where a row has no negatives': makeCase(
    { loss: 'dclw', numRows: 3, numCols: 3, ids: true },
    { ids: [1, 1, 1] },
  ),
  'soft-targets, normalised, with weights and scales of rows': makeCase(
    {
      loss: 'soft-targets',
      numRows: 5,
      numCols: 4,
      extraCols: 1,
      teacherDim: 2,
      normalize: true,
      rowScales: true,
      rowWeights: true,
    },
    { ...TEACHER, scales: [1, 2, 3, 4, 5], rowWeights: [1, 0, 2, 0.5, -1] },
  ),
  'clip, capped, with z-loss': makeCase({
    loss: 'clip',
    numRows: 4,
    softcap: 5,
    zLoss: 0.1,
    labelSmoothing: 0.2,
  }),
  'negatives of each row, capped': makeCase({
    ...{ loss: 'info-nce', numRows: 5, rowNegatives: 2, softcap: 5, zLoss: 0.1, normalize: true },
  }),
  'labels of each row, smoothed, of a sum': makeCase(
    {
      loss: 'info-nce',
      numRows: 3,
      labels: true,
      labelSets: 2,
      labelSmoothing: 0.2,
      reduction: 'sum',
      softcap: 4,
    },
    { labels: withDropped([0, 1, 2, 2, 1, 0], undefined) },
  ),
  'soft-targets, capped, with z-loss': makeCase(
    { loss: 'soft-targets', numRows: 5, numCols: 7, teacherDim: 2, softcap: 5, zLoss: 0.1 },
    TEACHER,
  ),
  'dropped rows of a sum, with weights': makeCase(
    { loss: 'info-nce', numRows: 4, labels: true, ignoreIndex: 2, rowWeights: true, reduction: 'sum' },
    { labels: withDropped([1, 2, 0, 2], 2), rowWeights: [1, 2, 3, 4] },
  ),
  'sup-con, normalised': makeCase({ loss: 'sup-con', numRows: 6, normalize: true }, { labels: CLASSES }),
  'siglip with extra columns': makeCase({ loss: 'siglip', numRows: 4, extraCols: 2, logitBias: 1 }),
};

describe('gradients agree with finite differences', () => {
  const central = (change: (h: number) => number): number => (change(1e-5) - change(-1e-5)) / 2e-5;
  const nudged = (data: Float64Array, at: number, h: number) => data.map((v, i) => (i === at ? v + h : v));
  const cases = {
    ...Object.fromEntries(Object.entries(BY_HAND).map(([name, [one]]) => [name, one])),
    ...MORE,
  };

  for (const [name, one] of Object.entries(cases)) {
    test(name, () => {
      const { problem, x, y, lines } = one;
      const result = reference(one);
      for (let at = 0; at < x.length; at++) {
        const slope = central((h) => lossOf({ ...one, x: nudged(x, at, h) }));
        expect(result.xGrad[at], `x ${at}`).toBeCloseTo(slope, 7);
      }
      for (let at = 0; at < (problem.oneTensor === true ? 0 : result.yGrad.length); at++) {
        const slope = central((h) => lossOf({ ...one, y: nudged(y, at, h) }));
        expect(result.yGrad[at], `y ${at}`).toBeCloseTo(slope, 7);
      }
      const { scales } = lines;
      result.logitScaleGrad.forEach((gradient, row) => {
        const slope = central((h) =>
          lossOf(
            scales === undefined
              ? { ...one, problem: { ...problem, logitScale: problem.logitScale + h } }
              : {
                  ...one,
                  lines: { ...lines, scales: Array.from(scales, (s, i) => (i === row ? s + h : s)) },
                },
          ),
        );
        expect(gradient, `logitScale ${row}`).toBeCloseTo(slope, 7);
      });
      if (problem.loss === 'siglip') {
        const { logitBias = 0 } = problem;
        const slope = central((h) => lossOf({ ...one, problem: { ...problem, logitBias: logitBias + h } }));
        expect(result.logitBiasGrad[0]).toBeCloseTo(slope, 7);
      }
    });
  }
});

describe('reductions', () => {
  for (const loss of ['clip', 'info-nce', 'siglip', 'nt-xent', 'dcl'] as const) {
    test(`${loss}: none adds up to sum, which is N times mean`, () => {
      const of = (reduction: ContrastiveProblem['reduction']) =>
        reference(makeCase({ loss, numRows: 6, reduction })).loss;
      expect(of('none')).toHaveLength(6);
      expect(sum([...of('none')])).toBeCloseTo(of('sum')[0] ?? NaN, 12);
      expect(of('sum')[0]).toBeCloseTo(6 * (of('mean')[0] ?? NaN), 12);
    });
  }
});
