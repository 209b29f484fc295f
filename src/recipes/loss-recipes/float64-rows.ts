import type { Tensor } from '../../core/tensor.ts';

/** Rows of doubles, in which references are written. */
export type Rows = readonly Float64Array[];

export function rowsOf({ shape: [, width = 1], data }: Tensor): Rows {
  const all = Float64Array.from(data);
  return Array.from({ length: all.length / width }, (_, row) => all.subarray(row * width, (row + 1) * width));
}

export function dot(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number {
  if (a === undefined || b === undefined) return NaN;
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? NaN) * (b[d] ?? NaN);
  return sum;
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** −∞ of none. */
export function logSumExp(values: readonly number[]): number {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (most === -Infinity) return most;
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** −log of the share of a row's positive, among all columns. */
export function crossEntropy(logits: readonly number[], positive: number): number {
  return logSumExp(logits) - (logits[positive] ?? NaN);
}

/** `log(1 + eᶻ)` */
export const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
