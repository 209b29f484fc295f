import { ceilDiv, f32, u32, type Binding, type Pass } from '../../../core/plan.ts';
import { DEFAULT_SIGMA } from '../losses/dclw.ts';
import { lossOf } from '../losses/index.ts';
import { lineWeight, numOwnCols, type ContrastiveProblem } from '../problem.ts';
import { lineConditions } from './buffers.ts';

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

type PassOwn = Omit<Pass, 'conditions' | 'uniforms'> & {
  readonly conditions?: Pass['conditions'];
  /** Whose softmaxes the pass walks along; by default all rows. */
  readonly own?: Slice;
  /** And whom these meet; by default all columns. */
  readonly other?: Slice;
  readonly panel?: Panel;
  /** Of the own lines; by default all of the slice. */
  readonly rowPanel?: Panel;
  readonly rowBlocks?: number;
  /** Where sums along lines begin, counted like `other.first`; by default at 0. */
  readonly sumsFrom?: number;
};

/** The module that tells which pairs are positive. */
function positivesOf({ loss, oneTensor, labels }: ContrastiveProblem): string {
  const folder = 'contrastive/lib/positives';
  if (lossOf(loss).labels === 'classes') return `${folder}/classes`;
  if (oneTensor === true) return `${folder}/views`;
  return labels === true ? `${folder}/labelled` : `${folder}/paired`;
}

/** A pass with `contrastive/lib/params.wesl`'s params. */
export function contrastivePass(
  problem: ContrastiveProblem,
  { own, other, panel, rowPanel, rowBlocks = 0, sumsFrom = 0, ...pass }: PassOwn,
): Pass {
  const { numRows, numCols, oneTensor, logitScale } = problem;
  const lineOf = ({ of, first }: Slice) => first + (of === 'y' ? numRows : 0);
  const whole = (of: Slice['of'], count: number): Slice => ({ of, chunk: 0, first: 0, count });
  const rows = own ?? whole('x', numRows);
  const cols = other ?? whole(oneTensor === true ? 'x' : 'y', numCols);
  return {
    ...pass,
    conditions: { ...lineConditions(problem), ...pass.conditions },
    modules: { loss: lossOf(problem.loss).module, positives: positivesOf(problem), ...pass.modules },
    uniforms: [
      u32('num_rows', rows.count),
      u32('num_cols', cols.count),
      u32('row_first', rows.first),
      u32('col_first', cols.first),
      u32('own_lines', lineOf(rows)),
      u32('other_lines', lineOf(cols)),
      u32('panel', panel?.first ?? 0),
      u32('panel_cols', panel?.count ?? cols.count),
      u32('row_panel', rowPanel?.first ?? 0),
      u32('panel_rows', rowPanel?.count ?? rows.count),
      u32('row_blocks', rowBlocks),
      u32('sums_from', sumsFrom),
      u32('view_rows', Math.floor(numRows / 2)),
      f32('logit_scale', logitScale),
      f32('logit_bias', problem.logitBias ?? 0),
      f32('weight', lineWeight(problem)),
      f32('margin', problem.margin ?? 0),
      f32('smoothing', problem.labelSmoothing ?? 0),
      f32('false_negative_margin', problem.falseNegativeMargin ?? 0),
      f32('sigma', problem.sigma ?? DEFAULT_SIGMA),
      f32('negative_infinity', -Infinity),
    ],
  };
}
