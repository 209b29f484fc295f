import { requireArray } from '../../core/checks.ts';
import { numOwnCols, type ContrastiveProblem } from './problem.ts';
import type { FloatArrays } from '../../core/variant.ts';
import { floatTensor, type FloatTensor } from '../../core/tensor.ts';
import type { Run } from '../../core/run.ts';
import type { ContrastiveMetrics, ContrastiveResult, LogitStatistics, Recall } from './api.ts';

/** The outputs of a plan as the public API hands them out. */
export function contrastiveResult(
  problem: ContrastiveProblem,
  outputs: FloatArrays,
  run: Run,
): ContrastiveResult {
  const { numRows, embedDim, reduction, rowScales, hardest } = problem;
  const tensor = (name: string, ...shape: number[]): FloatTensor =>
    floatTensor(shape, requireArray(outputs, name));
  const perRow = (name: string, asTensor: boolean): FloatTensor | number =>
    asTensor ? tensor(name, numRows) : (requireArray(outputs, name)[0] ?? NaN);
  const has = (name: string) => outputs[name] !== undefined;
  return {
    loss: perRow('loss', reduction === 'none'),
    rowLse: has('rowLse') ? tensor('rowLse', numRows) : undefined,
    ...(has('colLse') && { colLse: tensor('colLse', numRows) }),
    ...(has('xGrad') && { xGrad: tensor('xGrad', numRows, embedDim) }),
    ...(has('yGrad') && { yGrad: tensor('yGrad', numOwnCols(problem), embedDim) }),
    ...(has('logitScaleGrad') && { logitScaleGrad: perRow('logitScaleGrad', rowScales === true) }),
    ...(has('logitBiasGrad') && { logitBiasGrad: requireArray(outputs, 'logitBiasGrad')[0] ?? NaN }),
    ...(has('rowRanks') && { metrics: metricsOf(outputs) }),
    ...(hardest !== undefined && {
      hardest: {
        logits: tensor('hardestLogits', numRows, hardest),
        indices: bits(requireArray(outputs, 'hardestPlaces')),
      },
    }),
    run,
  };
}

/** Whole numbers that were read back as f32. */
const bits = ({ buffer, byteOffset, length }: Float32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length);

function metricsOf(outputs: FloatArrays): ContrastiveMetrics {
  const rowRanks = Uint32Array.from(requireArray(outputs, 'rowRanks'));
  const colRanks = outputs['colRanks'] && Uint32Array.from(outputs['colRanks']);
  const logits = requireArray(outputs, 'rowLogits');
  const counts = requireArray(outputs, 'numNegatives');
  // Per row: the positive, then mean, least and largest of the negatives.
  const column = (offset: number) => counts.map((_, i) => logits[4 * i + offset] ?? NaN);
  const some = (values: Float32Array) => values.filter((_, i) => (counts[i] ?? 0) > 0);
  return {
    rowRanks,
    rowRecall: recallOf(rowRanks),
    ...(colRanks && { colRanks, colRecall: recallOf(colRanks) }),
    positives: statistics(
      column(0),
      column(0),
      column(0),
      counts.map(() => 1),
    ),
    negatives: statistics(some(column(1)), some(column(2)), some(column(3)), some(counts)),
  };
}

/** Of groups of logits, from their means, extremes and sizes. */
function statistics(
  means: Float32Array,
  least: Float32Array,
  most: Float32Array,
  sizes: Float32Array,
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

function recallOf(ranks: Uint32Array): Recall {
  const at = (k: number) => ranks.reduce((hits, rank) => hits + (rank <= k ? 1 : 0), 0) / ranks.length;
  return { at1: at(1), at5: at(5), at10: at(10) };
}
