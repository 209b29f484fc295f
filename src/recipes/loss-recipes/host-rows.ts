import { ShapeError } from '../../core/errors.ts';
import { describe, floatTensor, formatShape, requireTensor, type FloatTensor } from '../../core/tensor.ts';

/** Rows of embeddings on the host. */
export interface HostRows {
  readonly data: Float32Array;
  readonly numRows: number;
  readonly embedDim: number;
}

/** @throws ShapeError naming the argument unless it is [rows, width] of f32 on the host */
export function hostRows(argument: string, tensor: unknown): HostRows {
  const { shape, data } = requireTensor(argument, tensor, 2);
  if (!(data instanceof Float32Array)) throw new ShapeError(argument, 'values on the host', describe(data));
  const [numRows = 0, embedDim = 0] = shape;
  return { data, numRows, embedDim };
}

/** @throws ShapeError naming the argument */
export function requireSameShape(argument: string, rows: HostRows, as: HostRows): void {
  if (rows.numRows === as.numRows && rows.embedDim === as.embedDim) return;
  const shapeOf = ({ numRows, embedDim }: HostRows) => formatShape([numRows, embedDim]);
  throw new ShapeError(argument, shapeOf(as), shapeOf(rows));
}

/** @throws ShapeError naming the argument, and the row that has another value */
export function requireFiniteRows(argument: string, { data, embedDim }: HostRows): void {
  const odd = data.findIndex((value) => !Number.isFinite(value));
  if (odd < 0) return;
  throw new ShapeError(argument, 'finite numbers', `${data[odd]} in row ${Math.floor(odd / embedDim)}`);
}

/** The inner product of row i of one matrix and row j of another. */
export function rowDot(a: HostRows, i: number, b: HostRows, j: number): number {
  let dot = 0;
  for (let d = 0; d < a.embedDim; d++) {
    dot += (a.data[i * a.embedDim + d] ?? NaN) * (b.data[j * b.embedDim + d] ?? NaN);
  }
  return dot;
}

/** Some of the rows, in the order that they are listed in. */
export function chosenRows({ data, embedDim }: HostRows, rows: ArrayLike<number>): FloatTensor {
  const chosen = new Float32Array(rows.length * embedDim);
  for (const [at, row] of Array.from(rows).entries()) {
    chosen.set(data.subarray(row * embedDim, (row + 1) * embedDim), at * embedDim);
  }
  return floatTensor([rows.length, embedDim], chosen);
}

/** A gradient that a call was asked for. */
export function askedFor<T>(gradient: T | undefined): T {
  if (gradient === undefined) throw new RangeError('the gradient was asked for');
  return gradient;
}

/** Adds `factor` times the rows of a gradient to the listed rows of a sum. */
export function addRows(
  sum: Float64Array,
  { shape: [, width = 1], data }: FloatTensor,
  rows: ArrayLike<number>,
  factor: number,
): void {
  data.forEach((value, at) => {
    const place = (rows[Math.floor(at / width)] ?? NaN) * width + (at % width);
    sum[place] = (sum[place] ?? NaN) + factor * value;
  });
}

/** The sum of tensors of one shape. */
export function added([first, ...rest]: readonly [FloatTensor, ...FloatTensor[]]): FloatTensor {
  const sum = Float32Array.from(first.data);
  for (const { data } of rest) sum.forEach((value, at) => (sum[at] = value + (data[at] ?? NaN)));
  return floatTensor(first.shape, sum);
}
