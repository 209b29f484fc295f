import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { describe, formatShape } from '../../../core/tensor.ts';
import { LOSS, option } from './option.ts';

export const prefixDims = option({
  name: 'prefixDims',
  title: 'Prefixes',
  help: 'Matryoshka: add up the losses of the first so many numbers of each embedding: 32,64 for its first 32 and its first 64; at most the embedding dim',
  flag: '--prefix-dims <numbers>',
  group: LOSS,
  control: { kind: 'counts', least: 1, most: 8192 },
  unset: 'none',
  example: '8, 16',
  exampleWith: { embedDim: '32' },
  check(problem) {
    if (problem.prefixDims !== undefined) requirePrefixes(problem.prefixDims, problem.embedDim);
  },
  random: (draw) => ({ prefixDims: draw.oneOf([1], [1, 1]) }),
});

/** @throws ShapeError unless they are widths of prefixes of rows so wide */
export function requirePrefixes(dims: unknown, embedDim: number): asserts dims is readonly number[] {
  const fits = (dim: unknown) => typeof dim === 'number' && isInteger(dim, 1, embedDim);
  if (Array.isArray(dims) && dims.length > 0 && dims.every(fits)) return;
  const got = Array.isArray(dims) ? formatShape(dims) : describe(dims);
  throw new ShapeError('prefixDims', `a list of whole numbers from 1 to ${embedDim}`, got);
}
