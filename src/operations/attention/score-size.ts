import type { Arrays } from '../../core/variant.ts';
import { valuesIn } from './data.ts';
import { broadcastStrides, unpackOptions } from './option-checks.ts';
import type { AttentionProblem } from './problem.ts';
import { reachOfQuery, visibleKeys } from './visibility.ts';

/**
 * Scores that decide a row's softmax may be so large before their rounding to f32 is seen: at 64 it puts gradients at
 * about 6e-6, and is proportional.
 */
const LARGEST_ROUNDED = 64;

/** Whether the scores of some inputs may be too large for one f32 each. */
export const needsTwoTerms = (problem: AttentionProblem, inputs: Arrays): boolean =>
  scoreSize(problem, inputs) > LARGEST_ROUNDED;

/**
 * A bound on the size of the scores that decide a row's softmax, its largest ones: |query| · |key| at most, and what ALiBi
 * and bias add to the largest score of a row. A bias of -30000 that hides some of a row's keys takes no part.
 */
export function scoreSize(problem: AttentionProblem, inputs: Arrays): number {
  const { headDim, softmaxScale, softcap = Infinity } = problem;
  const norm = (name: string) => largestNorm(valuesIn(inputs, name), headDim);
  const dots = Math.min(softcap, Math.abs(softmaxScale) * norm('query') * norm('key'));
  const { bias, options } = inputs;
  return (
    dots +
    (bias instanceof Float32Array ? biasSize(problem, bias, LARGEST_ROUNDED) : 0) +
    (problem.alibi === true && options instanceof Uint32Array ? alibiSize(problem, options) : 0)
  );
}

function largestNorm(values: ArrayLike<number>, width: number): number {
  let largest = 0;
  for (let start = 0; start < values.length; start += width) {
    let squares = 0;
    for (let i = start; i < start + width; i++) squares += (values[i] ?? 0) ** 2;
    // A NaN is somebody else's to find, and no second term makes an infinity more precise.
    if (squares > largest && squares !== Infinity) largest = squares;
  }
  return Math.sqrt(largest);
}

/** The largest |max over visible keys of the bias| of any row; not walked row by row if no bias exceeds `harmless`. */
function biasSize(problem: AttentionProblem, bias: Float32Array, harmless: number): number {
  let largest = 0;
  for (const value of bias) {
    const size = Math.abs(value);
    if (size > largest && size !== Infinity) largest = size;
  }
  if (largest <= harmless || problem.biasShape === undefined) return largest;
  const [byEntry = 0, byHead = 0, byRow = 0, byKey = 0] = broadcastStrides(
    'bias',
    problem.biasShape,
    problem,
  );
  const { batch, numHeads, seqLenQ } = problem;
  let deciding = 0;
  for (let entry = 0; entry < batch; entry++) {
    for (let head = 0; head < (byHead === 0 ? 1 : numHeads); head++) {
      for (let i = 0; i < seqLenQ; i++) {
        const { first, end } = visibleKeys(problem, i, entry);
        const row = entry * byEntry + head * byHead + i * byRow;
        let most = -Infinity;
        for (let j = first; j < end; j++) most = Math.max(most, bias[row + j * byKey] ?? NaN);
        if (Number.isFinite(most)) deciding = Math.max(deciding, Math.abs(most));
      }
    }
  }
  return deciding;
}

/** What ALiBi takes from the nearest key that a row sees, at most. */
function alibiSize(problem: AttentionProblem, options: Uint32Array): number {
  const { alibiSlopes } = unpackOptions(problem, options);
  let farthest = 0;
  for (let entry = 0; entry < problem.batch; entry++) {
    for (let i = 0; i < problem.seqLenQ; i++) {
      const { first, end } = visibleKeys(problem, i, entry);
      const { diagonal } = reachOfQuery(problem, entry, i);
      if (first < end) farthest = Math.max(farthest, first - diagonal, diagonal - (end - 1));
    }
  }
  return farthest * alibiSlopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
}
