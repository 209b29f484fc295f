import type { Range } from '../../../tile/trace-tiles.ts';
import { visibleKeys } from '../../../operations/attention/visibility.ts';
import type { AttentionProblem } from '../../../operations/attention/problem.ts';
import { outputKernelBytes } from '../../../operations/attention/passes/tiled.ts';
import { lossOf } from '../../../operations/contrastive/losses/index.ts';
import type { ContrastiveProblem } from '../../../operations/contrastive/problem.ts';
import { workgroupBytes } from '../../../operations/contrastive/passes/tiling.ts';
import { floatBytes } from '../../../core/plan.ts';
import type { TileShape } from '../../../tile/tile-params.ts';
import { formatBytes } from '../../../measure/format.ts';
import type { AttentionStep } from '../../../operations/attention/trace.ts';
import type { ContrastiveStep } from '../../../operations/contrastive/trace.ts';
import { powerOfTwo } from '../../../tile/size-class.ts';
import type { TileSize } from '../../../tile/trace-tiles.ts';
import type { TrafficView } from './frame.ts';

// Loads from storage as the kernels are written, caches aside, of all that grows with the matrix or the embeddings.

/** The tile parameters whose kernels load each element of a tile once: operands staged whole, in a power of two. */
export const tileParams = ({ blockM, blockN }: TileSize, depth: number): TileShape => ({
  blockM,
  blockN,
  rows: blockM,
  cols: 1,
  stageDepth: powerOfTwo(depth),
  quads: 0,
});

/** A size worth computing, for comparison. */
const LONG = 16_384;
const LONG_DIM = 64;
const LONG_BLOCK = 64;

const lengthOf = (range: Range | undefined): number => (range ? range.end - range.first : 0);

/** @param step the index of the step at hand, whose loads are counted too */
export function attentionTraffic(
  problem: AttentionProblem,
  tile: TileSize,
  steps: readonly AttentionStep[],
  step: number,
): TrafficView {
  const { seqLenQ, seqLenKV, headDim, headDimV } = problem;
  const tiled = ({ phase, rows, keys }: AttentionStep) => {
    if (phase === 'scores') return headDim * (lengthOf(rows) + lengthOf(keys));
    return phase === 'output' ? headDimV * lengthOf(keys) : 0;
  };
  const naive = (one: AttentionStep) => {
    const each = { scores: 2 * headDim, weights: 3, output: 2 * headDimV, start: 0, max: 0, finish: 0 };
    return each[one.phase] * visiblePairsOf(problem, one);
  };
  const long = LONG ** 2;
  return {
    ...sums(steps, step, tiled, naive),
    matrixBytes: floatBytes(seqLenQ * seqLenKV),
    workgroupBytes: outputKernelBytes(tileParams(tile, headDim)),
    atScale: scaleWords(
      (long / LONG_BLOCK) * 3 * LONG_DIM,
      long * (4 * LONG_DIM + 3),
      'attention over 16,384 tokens',
    ),
  };
}

/** The pairs of a step's tile that the mask shows. */
function visiblePairsOf(problem: AttentionProblem, { rows, keys }: AttentionStep): number {
  if (!keys) return 0;
  let pairs = 0;
  for (let row = rows.first; row < rows.end; row++) {
    const { first, end } = visibleKeys(problem, row, 0);
    pairs += Math.max(0, Math.min(end, keys.end) - Math.max(first, keys.first));
  }
  return pairs;
}

export function contrastiveTraffic(
  problem: ContrastiveProblem,
  tile: TileSize,
  steps: readonly ContrastiveStep[],
  step: number,
): TrafficView {
  const { numRows, embedDim, loss } = problem;
  const isPairwise = lossOf(loss).pairwise;
  const operands = ({ rows, cols }: ContrastiveStep) => embedDim * (lengthOf(rows) + lengthOf(cols));
  const tiled = (one: ContrastiveStep) => {
    switch (one.phase) {
      case 'merge': // two numbers a column, of each row block
        return 2 * numRows * Math.ceil(numRows / tile.blockM);
      case 'logits':
      case 'y-weights':
        return operands(one);
      case 'x-weights': // of the tile's logits where there are no statistics in between
        return isPairwise ? 0 : operands(one);
      // The other side's embeddings, and the sums so far, which rest in the gradient between tiles.
      case 'x-gradient':
        return embedDim * (lengthOf(one.cols) + (one.cols?.first === 0 ? 0 : lengthOf(one.rows)));
      case 'y-gradient':
        return embedDim * (lengthOf(one.rows) + (one.rows?.first === 0 ? 0 : lengthOf(one.cols)));
      case 'rows':
      case 'columns':
      case 'losses':
        return 0;
    }
  };
  // Products, both statistics, the gradients' matrix, and two products with it.
  const naive = ({ phase, rows, cols }: ContrastiveStep) => {
    const each: Partial<Record<ContrastiveStep['phase'], number>> = {
      ...{ logits: 2 * embedDim, rows: 2, columns: 2 },
      ...{ 'x-weights': 1, 'x-gradient': 2 * embedDim, 'y-gradient': 2 * embedDim },
    };
    return (each[phase] ?? 0) * lengthOf(rows) * lengthOf(cols);
  };
  const long = LONG ** 2;
  // Products of a tile, and looks at the matrix and its statistics: where there is a softmax, and where there is none.
  const [products, looks] = isPairwise ? [8, { tile: 0, pair: 1 }] : [10, { tile: 2, pair: 5 }];
  return {
    ...sums(steps, step, tiled, naive),
    matrixBytes: floatBytes(numRows * numRows),
    workgroupBytes: workgroupBytes(problem, tileParams(tile, embedDim)),
    atScale: scaleWords(
      (long / LONG_BLOCK) * (products * LONG_DIM + looks.tile),
      long * (6 * LONG_DIM + looks.pair),
      'the loss of 16,384 pairs with both gradients',
    ),
  };
}

/** Bytes of the steps so far and of all. */
function sums<Step>(
  steps: readonly Step[],
  step: number,
  tiled: (step: Step) => number,
  naive: (step: Step) => number,
) {
  const total = (some: readonly Step[], each: (step: Step) => number) =>
    floatBytes(some.reduce((sum, one) => sum + each(one), 0));
  const soFar = steps.slice(0, step + 1);
  return {
    read: total(soFar, tiled),
    readInAll: total(steps, tiled),
    naiveRead: total(soFar, naive),
    naiveReadInAll: total(steps, naive),
  };
}

const scaleWords = (tiled: number, naive: number, what: string): string =>
  `Counted the same way, ${what} of ${LONG_DIM} numbers each loads ${formatBytes(floatBytes(tiled))} in tiles of ` +
  `${LONG_BLOCK} × ${LONG_BLOCK}, and ${formatBytes(floatBytes(naive))} naively, which also keeps ` +
  `${formatBytes(floatBytes(LONG ** 2))} of matrix.`;
