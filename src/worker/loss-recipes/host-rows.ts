import { ShapeError } from '../../core/errors.ts';
import { describe, formatShape, requireTensor } from '../../core/tensor.ts';

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
