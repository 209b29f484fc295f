import { compare, type Comparison } from '../../reference/compare.ts';
import {
  clipLoss,
  clipReference,
  gradientOfRow,
  logitsOfRow,
  logSumExp,
  scaleGradient,
} from '../../reference/contrastive.ts';
import { coverage, pickRows, sampleRows } from '../../reference/sample.ts';
import { requireArray } from '../checks.ts';
import type { Arrays, Deviation, FloatArrays } from '../operation.ts';
import { clipWeight, contrastiveFlops, similarityFlops, type ContrastiveProblem } from './problem.ts';

/** Relative L2 error against float64 that the f32 loss and each of its gradients may have. */
const BOUND = 1e-5;

/** Whole results are compared where that is affordable; else the chain from logits to gradients, by samples. */
export function verifyContrastive(
  problem: ContrastiveProblem,
  inputs: Arrays,
  outputs: FloatArrays,
  flopBudget: number,
): Deviation {
  const whole = 2 * contrastiveFlops({ ...problem, gradients: ['x', 'y'] }) <= flopBudget;
  return whole ? verifyWhole(problem, inputs, outputs) : verifySampled(problem, inputs, outputs, flopBudget);
}

function verifyWhole(problem: ContrastiveProblem, inputs: Arrays, outputs: FloatArrays): Deviation {
  const x = requireArray(inputs, 'x');
  const y = requireArray(inputs, 'y');
  const expected = clipReference(problem, x, y);
  const floors = cancellationFloors(problem, x, y);
  const pairs: Comparison[] = Object.entries(outputs).map(([name, actual]) => {
    const value = expected[name as keyof typeof expected];
    return { actual, expected: typeof value === 'number' ? [value] : value, floor: floors[name] ?? 0 };
  });
  return compare(pairs, BOUND, coverage(problem.numRows, problem.numRows));
}

/**
 * Every link of the chain on its own: sampled rows and columns of the lse from the inputs, the loss and
 * sampled gradient rows from the statistics that were found, logitScale's gradient from x's.
 */
function verifySampled(
  problem: ContrastiveProblem,
  inputs: Arrays,
  outputs: FloatArrays,
  flopBudget: number,
): Deviation {
  const { numRows, numCols, embedDim } = problem;
  const x = requireArray(inputs, 'x');
  const y = requireArray(inputs, 'y');
  const rowLse = requireArray(outputs, 'rowLse');
  const colLse = requireArray(outputs, 'colLse');
  const swapped = { ...problem, numRows: numCols, numCols: numRows };
  const rows = sampleRows(numRows, flopBudget / (6 * (similarityFlops(problem) / numRows)));
  const floors = cancellationFloors(problem, x, y);
  const gradients = (name: string, one: (i: number) => Float64Array): Comparison[] => {
    const actual = outputs[name];
    if (actual === undefined) return [];
    const expected = Float64Array.from(rows.flatMap((i) => [...one(i)]));
    const floor = (floors[name] ?? 0) * Math.sqrt(rows.length / numRows);
    return [{ actual: pickRows(actual, embedDim, rows), expected, floor }];
  };
  const pairs: Comparison[] = [
    {
      actual: outputs['loss'] ?? [],
      expected: [clipLoss(problem, x, y, rowLse, colLse)],
      floor: floors['loss'] ?? 0,
    },
    {
      actual: pickRows(rowLse, 1, rows),
      expected: rows.map((i) => logSumExp(logitsOfRow(problem, x, y, i))),
    },
    {
      actual: pickRows(colLse, 1, rows),
      expected: rows.map((j) => logSumExp(logitsOfRow(swapped, y, x, j))),
    },
    ...gradients('xGrad', (i) => gradientOfRow(problem, x, y, rowLse[i] ?? NaN, colLse, i)),
    ...gradients('yGrad', (j) => gradientOfRow(swapped, y, x, colLse[j] ?? NaN, rowLse, j)),
  ];
  const { logitScaleGrad, xGrad } = outputs;
  const scaleChecked = logitScaleGrad !== undefined && xGrad !== undefined;
  if (scaleChecked) {
    pairs.push({
      actual: logitScaleGrad,
      expected: [scaleGradient(problem, x, xGrad)],
      floor: floors['logitScaleGrad'] ?? 0,
    });
  }
  const note = logitScaleGrad !== undefined && !scaleChecked ? ', logitScaleGrad unchecked' : '';
  return compare(pairs, BOUND, coverage(rows.length, numRows) + note);
}

/**
 * A sum that is smaller than this share of its terms has lost its digits to cancellation: `BOUND` of the share
 * is 4 roundings of a term, and no f32 kernel can promise less.
 */
const CANCELLED = 0.05;

/**
 * What each output is measured against where it may vanish because its terms cancel: a gradient between equal
 * embeddings, the loss of a perfect match. See `Comparison.floor`.
 */
function cancellationFloors(
  problem: ContrastiveProblem,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): Readonly<Record<string, number>> {
  const { logitScale, numRows, embedDim } = problem;
  const pull = 2 * clipWeight(problem);
  let positives = 0;
  for (let at = 0; at < numRows * embedDim; at++) positives += Math.abs((x[at] ?? NaN) * (y[at] ?? NaN));
  return {
    loss: CANCELLED * pull * Math.abs(logitScale) * positives,
    xGrad: CANCELLED * pull * Math.abs(logitScale) * norm(y),
    yGrad: CANCELLED * pull * Math.abs(logitScale) * norm(x),
    logitScaleGrad: CANCELLED * pull * positives,
  };
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((squares, value) => squares + value * value, 0));
}
