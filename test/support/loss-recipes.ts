/** What the tests of losses made of calls share: rows of doubles, and gradients by differences in float64. */
import { expect } from 'vitest';
import type { Tensor } from '../../src/index.ts';
import { tensor } from './lab.ts';

/** Rows as lists of doubles. */
export type Rows = number[][];

export const rowsOf = ({ shape: [, width = 0], data }: Tensor): Rows =>
  Array.from({ length: data.length / width }, (_, row) => [...data.slice(row * width, (row + 1) * width)]);
export const dot = (a: readonly number[] = [], b: readonly number[] = []): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? NaN), 0);
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
export const logSumExp = (values: readonly number[]): number => {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
};

/** Rows of length 1. */
export function unit(seed: number, rows: number, width: number): Tensor {
  const { shape, data } = tensor(seed, rows, width);
  const lengths = rowsOf({ shape, data }).map((row) => Math.sqrt(dot(row, row)));
  return {
    shape,
    data: Float32Array.from(data, (value, at) => value / (lengths[Math.floor(at / width)] ?? NaN)),
  };
}

/** The gradient of a function of some rows by central differences in float64. */
export function slopes(rows: Rows, of: (rows: Rows) => number): number[] {
  const step = 1e-5;
  return rows.flatMap((row, i) =>
    row.map((_, d) => {
      const at = (by: number) =>
        of(rows.map((other, k) => (k === i ? other.map((value, e) => value + (e === d ? by : 0)) : other)));
      return (at(step) - at(-step)) / (2 * step);
    }),
  );
}

export function expectClose(found: ArrayLike<number>, wanted: readonly number[], bound = 1e-5): void {
  const norm = (values: readonly number[]) => Math.hypot(...values);
  const error = norm(wanted.map((value, at) => value - (found[at] ?? NaN))) / norm(wanted);
  expect(error).toBeLessThan(bound);
}
