import type { Range } from '../../../tile/trace-tiles.ts';
import type { LabClient } from '../../../worker/api.ts';
import type { ExcerptSpec } from '../../../core/excerpt.ts';

/** One tile of the matrix, as the picture shows it. */
export interface DrawnTile {
  readonly rows: Range;
  readonly cols: Range;
  readonly state: 'ahead' | 'current' | 'done' | 'skipped';
  /** The step that a click on it leads to. */
  readonly step?: number;
}

/** The matrix that is never stored, at one step. */
export interface MatrixView {
  readonly numRows: number;
  readonly numCols: number;
  readonly rowName: string;
  readonly colName: string;
  readonly tiles: readonly DrawnTile[];
  /** The numbers of the current tile, [rows][columns]. */
  readonly numbers?: readonly (readonly number[])[];
  /** How strongly a number is coloured, −1 to 1. */
  readonly tint: (value: number) => number;
  readonly isHidden: (row: number, col: number) => boolean;
  /** Pairs that belong together. */
  readonly isMarked: (row: number, col: number) => boolean;
  /** How far each row is, and each column where columns are kept. */
  readonly rowProgress: readonly Progress[];
  readonly colProgress?: readonly Progress[];
}

export type Progress = 'nothing' | 'running' | 'final';

export interface StateCell {
  readonly text: string;
  /** Whether this step has set it. */
  readonly changed?: boolean;
}

/** The statistics that are kept of some rows or columns. */
export interface StateView {
  readonly title: string;
  readonly heads: readonly { readonly symbol: string; readonly about: string }[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly StateCell[] }[];
}

/** Bytes that have been read, and are held, beside the naive variant. */
export interface TrafficView {
  readonly read: number;
  readonly readInAll: number;
  /** Bytes that the naive kernels read for the same pairs. */
  readonly naiveRead: number;
  readonly naiveReadInAll: number;
  /** The matrix of the naive variant, in bytes. */
  readonly matrixBytes: number;
  readonly workgroupBytes: number;
  /** These counts at a realistic size, in words. */
  readonly atScale: string;
}

/** All that the page shows of one step. */
export interface Frame {
  readonly phase: string;
  readonly title: string;
  readonly formula: string;
  readonly words: string;
  readonly matrix: MatrixView;
  readonly states: readonly StateView[];
  readonly excerpts: readonly ExcerptSpec[];
  readonly traffic: TrafficView;
}

/** The largest difference of one output of the GPU from the trace. */
export interface Difference {
  readonly name: string;
  readonly maxAbs: number;
  readonly relL2: number;
}

/** The GPU's results on the same inputs, compared with the trace. */
export interface Agreement {
  readonly variant: string;
  readonly differences: readonly Difference[];
}

/** A problem, step by step. */
export interface Lesson {
  readonly steps: number;
  /** @param step from 0 up to `steps` */
  frame(step: number): Frame;
  /** Runs the kernel that the steps follow, with the same tiles and inputs. */
  run(lab: LabClient, signal: AbortSignal): Promise<Agreement>;
}
