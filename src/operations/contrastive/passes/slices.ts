import { ceilDiv, type Binding } from '../../../core/plan.ts';
import { numOwnCols, type ContrastiveProblem } from '../problem.ts';

/** Rows of one tensor, held in one GPU buffer. */
export interface Slice {
  readonly of: 'x' | 'y';
  readonly chunk: number;
  /** First row, within the tensor. */
  readonly first: number;
  readonly count: number;
}

/** A panel of columns, within a slice. */
export interface Panel {
  readonly first: number;
  readonly count: number;
}

/** Rows of x, or the columns, in slices of `chunkRows`; 0 is all in one. */
export function slicesOf(problem: ContrastiveProblem, of: 'rows' | 'columns', chunkRows: number): Slice[] {
  const total = of === 'rows' ? problem.numRows : problem.numCols;
  const size = chunkRows === 0 ? total : chunkRows;
  const tensor = of === 'rows' || problem.oneTensor === true ? 'x' : 'y';
  return Array.from({ length: ceilDiv(total, size) }, (_, chunk) => ({
    of: tensor,
    chunk,
    first: chunk * size,
    count: Math.min(size, total - chunk * size),
  }));
}

/** The rows of a slice, bound for reading under the shader's name for them. */
export const rowsOf = ({ of, chunk }: Slice, as: string): Binding => ({
  buffer: of,
  as,
  chunk,
  access: 'read',
});

/** The gradient of a slice's rows, bound for adding to it. */
export const gradientOf = ({ of, chunk }: Slice): Binding => ({
  buffer: `${of}Grad`,
  as: 'gradient',
  chunk,
  access: 'read-write',
});

/** The rows of a slice, bound for reading by row blocks that all walk the panel. */
export const walked = (slice: Slice, as: string, panel: Panel, rowBlocks: number): Binding => ({
  ...rowsOf(slice, as),
  times: (rowBlocks * panel.count) / slice.count,
});

/** The part of the columns' slices that gets a gradient. */
export function gradientSlices(problem: ContrastiveProblem, cols: readonly Slice[]): Slice[] {
  const end = numOwnCols(problem);
  return cols
    .filter(({ first }) => first < end)
    .map((slice) => ({ ...slice, count: Math.min(slice.count, end - slice.first) }));
}
