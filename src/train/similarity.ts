import type { FloatTensor } from '../core/tensor.ts';

/** Cosines of all rows of one tensor with all rows of the other, [N, M]. */
export function similarities(x: FloatTensor, y: FloatTensor): FloatTensor {
  const [rows = 0, width = 0] = x.shape;
  const [cols = 0] = y.shape;
  const [left, right] = [normalized(x), normalized(y)];
  const data = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      let sum = 0;
      for (let at = 0; at < width; at++)
        sum += (left[row * width + at] ?? 0) * (right[col * width + at] ?? 0);
      data[row * cols + col] = sum;
    }
  }
  return { shape: [rows, cols], dtype: 'f32', data };
}

/** Rows of length 1; a row of zeros stays one. */
export function normalized({ shape: [rows = 0, width = 0], data }: FloatTensor): Float32Array {
  const unit = new Float32Array(data);
  for (let row = 0; row < rows; row++) {
    const values = unit.subarray(row * width, (row + 1) * width);
    const norm = Math.hypot(...values);
    if (norm > 0) values.forEach((value, at) => (values[at] = value / norm));
  }
  return unit;
}

/** The share of rows whose pair is more similar than every other column, and of columns whose pair is more similar than every other row. */
export interface RecallAt1 {
  readonly rows: number;
  readonly cols: number;
}

/** Recall@1 of a square matrix whose pairs stand on the diagonal. */
export function recallAt1({ shape: [size = 0], data }: FloatTensor): RecallAt1 {
  const at = (row: number, col: number): number => data[row * size + col] ?? NaN;
  const indices = Array.from({ length: size }, (_, index) => index);
  const share = (isFirst: (pair: number) => boolean): number => indices.filter(isFirst).length / size;
  return {
    rows: share((pair) => indices.every((other) => other === pair || at(pair, other) < at(pair, pair))),
    cols: share((pair) => indices.every((other) => other === pair || at(other, pair) < at(pair, pair))),
  };
}
