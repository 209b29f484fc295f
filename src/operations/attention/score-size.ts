import { isDeviceTensor } from '../../core/device-tensor.ts';
import type { DataArray } from '../../core/dtype.ts';
import { valuesOf } from '../../core/half.ts';
import type { DeviceReader } from '../../core/operation.ts';
import type { Arrays, Inputs, Source } from '../../core/variant.ts';
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
 * As `needsTwoTerms`, where some inputs are on the device. Their norms are found there; a bias with large values is read
 * back, because it depends on the mask which of them decide a row.
 */
export async function needsTwoTermsOnDevice(
  problem: AttentionProblem,
  inputs: Inputs,
  device: DeviceReader,
): Promise<boolean> {
  const { query, key, bias, options } = inputs;
  const normOf = async (source: Source | undefined) =>
    isDeviceTensor(source)
      ? device.largestNorm(source, problem.headDim)
      : largestNorm(isArray(source) ? valuesOf(source) : [], problem.headDim);
  const biasOnHost = async () => {
    if (!isDeviceTensor(bias)) return isArray(bias) ? biasSize(problem, bias, LARGEST_ROUNDED) : 0;
    const largest = await device.largestNorm(bias, 1);
    return largest <= LARGEST_ROUNDED ? largest : biasSize(problem, await device.read(bias), LARGEST_ROUNDED);
  };
  const sizes = { query: await normOf(query), key: await normOf(key), bias: await biasOnHost() };
  return sizeOfScores(problem, sizes, isArray(options) ? options : undefined) > LARGEST_ROUNDED;
}

const isArray = (source: Source | undefined): source is DataArray => ArrayBuffer.isView(source);

/**
 * A bound on the size of the scores that decide a row's softmax, its largest ones: |query| · |key| at most, and what ALiBi
 * and bias add to the largest score of a row. A bias of -30000 that hides some of a row's keys takes no part.
 */
export function scoreSize(problem: AttentionProblem, inputs: Arrays): number {
  const { bias, options } = inputs;
  const norm = (name: string) => largestNorm(valuesIn(inputs, name), problem.headDim);
  const sizes = {
    query: norm('query'),
    key: norm('key'),
    bias: bias instanceof Float32Array ? biasSize(problem, bias, LARGEST_ROUNDED) : 0,
  };
  return sizeOfScores(problem, sizes, options);
}

/** @param sizes the largest norms of the rows of query and key, and what the bias adds */
function sizeOfScores(
  problem: AttentionProblem,
  sizes: Readonly<Record<'query' | 'key' | 'bias', number>>,
  options: DataArray | undefined,
): number {
  const { softmaxScale, softcap = Infinity, alibi } = problem;
  const dots = Math.min(softcap, Math.abs(softmaxScale) * sizes.query * sizes.key);
  return (
    dots + sizes.bias + (alibi === true && options instanceof Uint32Array ? alibiSize(problem, options) : 0)
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
function biasSize(problem: AttentionProblem, bias: DataArray, harmless: number): number {
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
