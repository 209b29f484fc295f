import { CANCELLED, type Comparison } from '../../core/comparison.ts';
import { compare, worse } from '../../core/deviation.ts';
import { valuesOf } from '../../core/half.ts';
import { optionValues } from '../../core/option-data.ts';
import { contrastiveReference } from './reference.ts';
import { Pairs, type ContrastiveData } from './reference/pairs.ts';
import { METRIC_OUTPUTS, metricComparisons } from './reference/metrics.ts';
import { sampledComparisons } from './reference/sample.ts';
import { coverage, sampleRows } from '../../core/sample.ts';
import { requireArray } from '../../core/checks.ts';
import type { Arrays } from '../../core/variant.ts';
import type { Deviation } from '../../core/deviation.ts';
import { lossOf } from './losses/index.ts';
import { contrastiveOptions } from './options/index.ts';
import { ownArrays, prefixesOf } from './prefixes.ts';
import { contrastiveFlops, similarityFlops, type ContrastiveProblem } from './problem.ts';

/** Relative L2 error against float64 that the f32 loss and each of its gradients may have. */
const BOUND = 1e-5;

/** Numbers that a whole comparison may hold at once. */
const MAX_PAIRS = 2 ** 24;

/** Each prefix is compared by itself; the result is that of the worst. */
export function verifyContrastive(
  problem: ContrastiveProblem,
  inputs: Arrays,
  outputs: Arrays,
  flopBudget: number,
): Deviation {
  const prefixes = prefixesOf(problem);
  return prefixes
    .map((prefix) =>
      verifyPrefix(
        prefix.problem,
        { ...inputs, ...ownArrays(inputs, prefix) },
        ownArrays(outputs, prefix),
        flopBudget / prefixes.length,
      ),
    )
    .reduce(worse);
}

/** Whole results are compared where that is affordable; else the chain from logits to gradients, by samples. */
function verifyPrefix(
  problem: ContrastiveProblem,
  inputs: Arrays,
  outputs: Arrays,
  flopBudget: number,
): Deviation {
  const { numRows, numCols } = problem;
  const x = valuesOf(requireArray(inputs, 'x'));
  const data: ContrastiveData = {
    x,
    y: problem.oneTensor === true ? x : valuesOf(requireArray(inputs, 'y')),
    ...optionValues(contrastiveOptions, problem, inputs),
  };
  const flops = 2 * contrastiveFlops({ ...problem, gradients: ['x', 'y'] });
  if (flops <= flopBudget && numRows * numCols <= MAX_PAIRS) return verifyWhole(problem, data, outputs);
  const rows = sampleRows(numRows, flopBudget / (6 * (similarityFlops(problem) / numRows)));
  const { comparisons, unchecked } = sampledComparisons(problem, data, outputs, rows);
  const floors = cancellationFloors(new Pairs(problem, data));
  const share = Math.sqrt(rows.length / numRows);
  const pairs = comparisons.map(({ output, actual, expected, whole }) => ({
    ...placeOf(problem, output),
    actual,
    expected,
    floor: (floors[output] ?? 0) * (whole === true ? 1 : share),
  }));
  const metrics = metricComparisons(new Pairs(problem, data), outputs, rows);
  const note = unchecked.length === 0 ? '' : `, ${unchecked.join(' and ')} unchecked`;
  return compare(
    [...pairs, ...metrics.comparisons],
    BOUND,
    coverage(rows.length, numRows) + note + tiesLeftOut(metrics.tied),
  );
}

function verifyWhole(problem: ContrastiveProblem, data: ContrastiveData, outputs: Arrays): Deviation {
  const expected = contrastiveReference(problem, data);
  const pairs = new Pairs(problem, data);
  const floors = cancellationFloors(pairs);
  const comparisons = Object.entries(outputs)
    .filter(([name]) => !METRIC_OUTPUTS.includes(name))
    .map(([name, actual]): Comparison => ({
      ...placeOf(problem, name),
      actual,
      expected: expected[name as keyof typeof expected],
      floor: floors[name] ?? 0,
    }));
  const { numRows } = problem;
  const metrics = metricComparisons(pairs, outputs, sampleRows(numRows, numRows));
  return compare(
    [...comparisons, ...metrics.comparisons],
    BOUND,
    coverage(numRows, numRows) + tiesLeftOut(metrics.tied),
  );
}

/** Which output it is, and how wide. */
const placeOf = ({ embedDim }: ContrastiveProblem, output: string) => ({
  output,
  width: output === 'xGrad' || output === 'yGrad' ? embedDim : 1,
});

const tiesLeftOut = (tied: number): string =>
  tied === 0 ? '' : `, ${tied} ranks too close to tell left out`;

/**
 * The size that each output is measured against where it may vanish because its terms cancel: a gradient between equal
 * embeddings, the loss of a perfect match. The terms are those of the positives. See `Comparison.floor`.
 */
function cancellationFloors(pairs: Pairs): Readonly<Record<string, number>> {
  const { problem, data, xNorm, yNorm } = pairs;
  const { numRows, numCols, embedDim, rowScales, reduction, loss } = problem;
  const terms = lossOf(loss).symmetric || problem.oneTensor === true ? 2 : 1;
  const rows = Array.from({ length: numRows }, (_, i) => {
    const positive = pairs.hasOnePositive ? pairs.positiveOf(i) : i % numCols;
    let [products, own, other] = [0, 0, 0];
    for (let d = 0; d < embedDim; d++) {
      const a = (xNorm[i] ?? NaN) * (data.x[i * embedDim + d] ?? NaN);
      const b = (yNorm[positive] ?? NaN) * (data.y[positive * embedDim + d] ?? NaN);
      products += Math.abs(a * b);
      own += a * a;
      other += b * b;
    }
    return {
      weight: Math.abs(pairs.weight(i)),
      scale: Math.abs(pairs.weight(i) * pairs.scale(i)),
      products,
      own: Math.sqrt(own),
      other: Math.sqrt(other),
      positive,
      i,
    };
  });
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const norm = (values: readonly number[]) => Math.sqrt(sum(values.map((value) => value * value)));
  const total = (values: readonly number[], perRow: boolean) => (perRow ? norm(values) : sum(values));
  const floor = (value: number) => CANCELLED * terms * value;
  return {
    loss: floor(
      total(
        rows.map(({ scale, products }) => scale * products),
        reduction === 'none',
      ),
    ),
    xGrad: floor(norm(rows.map(({ scale, other, i }) => scale * other * (xNorm[i] ?? NaN)))),
    yGrad: floor(
      norm(rows.map(({ scale, own, positive }) => scale * own * (yNorm[positive] ?? NaN))) *
        Math.min(1, numCols / numRows),
    ),
    logitScaleGrad: floor(
      total(
        rows.map(({ weight, products }) => weight * products),
        rowScales === true,
      ),
    ),
    logitBiasGrad: floor(sum(rows.map(({ weight }) => weight))),
  };
}
