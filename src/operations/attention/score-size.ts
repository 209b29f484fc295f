import { isDeviceTensor } from '../../core/device-tensor.ts';
import type { DataArray } from '../../core/dtype.ts';
import { valuesOf } from '../../core/half.ts';
import type { DeviceReader } from '../../core/operation.ts';
import type { Arrays, Inputs, Source } from '../../core/variant.ts';
import { valuesIn } from './data.ts';
import { optionValues, SMALL_DATA } from '../../core/option-data.ts';
import { biasSize } from './options/bias.ts';
import { attentionOptions } from './options/index.ts';
import { stepsOf } from './options/score-steps.ts';
import type { AttentionProblem } from './problem.ts';

/**
 * Scores that decide a row's softmax may be so large before their rounding to f32 is seen: at 64 it puts gradients at
 * about 6e-6, and is proportional.
 */
const LARGEST_ROUNDED = 64;

/** Whether the scores of some inputs may be too large for one f32 each. */
export const needsTwoTerms = (problem: AttentionProblem, inputs: Arrays): boolean =>
  scoreSize(problem, inputs) > LARGEST_ROUNDED;

/**
 * Answers as `needsTwoTerms` does, where some inputs are on the device. Their norms are found there; a bias with large values is read
 * back, because it depends on the mask which of them decide a row.
 */
export async function needsTwoTermsOnDevice(
  problem: AttentionProblem,
  inputs: Inputs,
  device: DeviceReader,
): Promise<boolean> {
  const { query, key, bias, [SMALL_DATA]: small } = inputs;
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
  return sizeOfScores(problem, sizes, isArray(small) ? { [SMALL_DATA]: small } : {}) > LARGEST_ROUNDED;
}

const isArray = (source: Source | undefined): source is DataArray => ArrayBuffer.isView(source);

/**
 * A bound on the size of the scores that decide a row's softmax, its largest ones: |query| · |key| at most, and what ALiBi
 * and bias add to the largest score of a row. A bias of -30000 that hides some of a row's keys takes no part.
 */
export function scoreSize(problem: AttentionProblem, inputs: Arrays): number {
  const { bias, [SMALL_DATA]: small } = inputs;
  const norm = (name: string) => largestNorm(valuesIn(inputs, name), problem.headDim);
  const sizes = {
    query: norm('query'),
    key: norm('key'),
    bias: bias instanceof Float32Array ? biasSize(problem, bias, LARGEST_ROUNDED) : 0,
  };
  return sizeOfScores(problem, sizes, small ? { [SMALL_DATA]: small } : {});
}

/** @param sizes the largest norms of the rows of query and key, and what the bias adds */
function sizeOfScores(
  problem: AttentionProblem,
  sizes: Readonly<Record<'query' | 'key' | 'bias', number>>,
  small: Arrays,
): number {
  const known = { bias: sizes.bias, data: optionValues(attentionOptions, problem, small) };
  return stepsOf(problem).reduce(
    (size, step) => step.bound?.(size, problem, known) ?? size,
    sizes.query * sizes.key,
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
