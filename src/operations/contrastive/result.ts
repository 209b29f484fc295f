import { requireArray, requireTyped } from '../../core/checks.ts';
import { numOwnCols, type ContrastiveProblem } from './problem.ts';
import type { Arrays } from '../../core/variant.ts';
import { floatTensor, type FloatTensor } from '../../core/tensor.ts';
import type { Run } from '../../core/run.ts';
import type { ContrastiveMetrics, ContrastiveResult, LogitStatistics, Recall } from './api.ts';

/** Outputs that become numbers of the result, or arrays that are no tensors. */
export const plainOutputs = ({ reduction, rowScales }: ContrastiveProblem): readonly string[] => [
  ...(reduction === 'none' ? [] : ['loss']),
  ...(rowScales === true ? [] : ['logitScaleGrad']),
  ...['logitBiasGrad', 'rowRanks', 'colRanks', 'rowLogits', 'numNegatives', 'hardestPlaces'],
];

/** The outputs of a plan as the public API hands them out. */
export function contrastiveResult(problem: ContrastiveProblem, outputs: Arrays, run: Run): ContrastiveResult {
  const { numRows, embedDim, reduction, rowScales, hardest } = problem;
  const tensor = (name: string, ...shape: number[]): FloatTensor =>
    floatTensor(shape, requireTyped(outputs, name, Float32Array));
  const perRow = (name: string, asTensor: boolean): FloatTensor | number =>
    asTensor ? tensor(name, numRows) : (requireArray(outputs, name)[0] ?? NaN);
  const has = (name: string) => outputs[name] !== undefined;
  return {
    loss: perRow('loss', reduction === 'none'),
    rowLse: has('rowLse') ? tensor('rowLse', numRows) : undefined,
    ...(has('colLse') && { colLse: tensor('colLse', numRows) }),
    ...(has('teacherLse') && { teacherLse: tensor('teacherLse', numRows) }),
    ...(has('xGrad') && { xGrad: tensor('xGrad', numRows, embedDim) }),
    ...(has('yGrad') && { yGrad: tensor('yGrad', numOwnCols(problem), embedDim) }),
    ...(has('logitScaleGrad') && { logitScaleGrad: perRow('logitScaleGrad', rowScales === true) }),
    ...(has('logitBiasGrad') && { logitBiasGrad: requireArray(outputs, 'logitBiasGrad')[0] ?? NaN }),
    ...(has('rowRanks') && { metrics: metricsOf(outputs) }),
    ...(hardest !== undefined && {
      hardest: {
        logits: tensor('hardestLogits', numRows, hardest),
        indices: requireTyped(outputs, 'hardestPlaces', Uint32Array),
      },
    }),
    run,
  };
}

function metricsOf(outputs: Arrays): ContrastiveMetrics {
  const rowRanks = requireTyped(outputs, 'rowRanks', Uint32Array);
  const colRanks = outputs['colRanks'] && requireTyped(outputs, 'colRanks', Uint32Array);
  const logits = requireTyped(outputs, 'rowLogits', Float32Array);
  const counts = Float64Array.from(requireArray(outputs, 'numNegatives'));
  // Per row: the positive, then mean, least and largest of the negatives.
  const column = (offset: number) => counts.map((_, i) => logits[4 * i + offset] ?? NaN);
  const some = (values: Float64Array) => values.filter((_, i) => (counts[i] ?? 0) > 0);
  // A NaN among the logits of any pair is in the mean of its row.
  const known = ![...column(0), ...some(column(1))].some(Number.isNaN);
  return {
    rowRanks,
    rowRecall: recallOf(rowRanks, known),
    ...(colRanks && { colRanks, colRecall: recallOf(colRanks, known) }),
    positives: statistics(
      column(0),
      column(0),
      column(0),
      counts.map(() => 1),
    ),
    negatives: statistics(some(column(1)), some(column(2)), some(column(3)), some(counts)),
  };
}

/** Statistics over groups of logits, from their means, extremes and sizes. */
function statistics(
  means: Float64Array,
  least: Float64Array,
  most: Float64Array,
  sizes: Float64Array,
): LogitStatistics {
  if (sizes.length === 0) return { mean: NaN, min: NaN, max: NaN };
  let [sum, size] = [0, 0];
  sizes.forEach((count, i) => {
    sum += count * (means[i] ?? NaN);
    size += count;
  });
  return {
    mean: sum / size,
    min: least.reduce((a, b) => Math.min(a, b)),
    max: most.reduce((a, b) => Math.max(a, b)),
  };
}

/** NaN where some logits are not known to be anything. */
function recallOf(ranks: Uint32Array, known: boolean): Recall {
  const hits = (k: number) => ranks.reduce((sum, rank) => sum + (rank <= k ? 1 : 0), 0);
  const at = (k: number) => (known ? hits(k) / ranks.length : NaN);
  return { at1: at(1), at5: at(5), at10: at(10) };
}
