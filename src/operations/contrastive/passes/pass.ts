import { uniformsOf } from '../../../core/option-table.ts';
import { ceilDiv, f32, u32, type Binding, type Pass } from '../../../core/plan.ts';
import type { Constant } from '../../../core/shader-names.ts';
import { lossOf } from '../losses/index.ts';
import { contrastiveOptions } from '../options/index.ts';
import { hasTargets, lineWeight, numOwnCols, type ContrastiveProblem } from '../problem.ts';
import { lineConditions } from './buffers.ts';

/** Rows of one tensor, held in one GPU buffer. */
export interface Chunk {
  readonly of: 'x' | 'y';
  readonly index: number;
  /** First row, within the tensor. */
  readonly first: number;
  readonly count: number;
}

/** A panel of columns, within a chunk. */
export interface Panel {
  readonly first: number;
  readonly count: number;
}

/** Rows of x, or the columns, in chunks of `chunkRows`; 0 is all in one. */
export function chunksAlong(problem: ContrastiveProblem, of: 'rows' | 'columns', chunkRows: number): Chunk[] {
  const total = of === 'rows' ? problem.numRows : problem.numCols;
  const size = chunkRows === 0 ? total : chunkRows;
  const tensor = of === 'rows' || problem.oneTensor === true ? 'x' : 'y';
  return Array.from({ length: ceilDiv(total, size) }, (_, index) => ({
    of: tensor,
    index,
    first: index * size,
    count: Math.min(size, total - index * size),
  }));
}

/** The rows of a chunk, bound for reading under the shader's name for them. */
export const rowsOf = ({ of, index }: Chunk, as: string): Binding => ({
  buffer: of,
  as,
  chunk: index,
  access: 'read',
});

/** The gradient of a chunk's rows, bound for adding to it. */
export const gradientOf = ({ of, index }: Chunk): Binding => ({
  buffer: `${of}Grad`,
  as: 'gradient',
  chunk: index,
  access: 'read-write',
});

/** The rows of a chunk, bound for reading by row blocks that all walk the panel. */
export const walked = (chunk: Chunk, as: string, panel: Panel, rowBlocks: number): Binding => ({
  ...rowsOf(chunk, as),
  times: (rowBlocks * panel.count) / chunk.count,
});

/** Buffers that tell the targets of a tile: the labels of rows, or the teacher's embeddings of the lines of two chunks. */
export function targetSpec(
  problem: ContrastiveProblem,
  own: Chunk,
  other: Chunk,
): { readonly constants: Partial<Record<Constant, number>>; readonly bindings: readonly Binding[] } {
  const { teacherDim, labelSets } = problem;
  if (labelSets !== undefined) {
    // Statistics do not ask who has which label.
    return {
      constants: { SETS: labelSets },
      bindings: [{ buffer: 'labels', access: 'read', optional: true }],
    };
  }
  if (teacherDim === undefined) return { constants: {}, bindings: [] };
  const taught = ({ of, index }: Chunk, as: string): Binding => ({
    ...{ buffer: of === 'x' ? 'teacherX' : 'teacherY', as, chunk: index, access: 'read' },
  });
  return {
    constants: { TEACHER_DEPTH: teacherDim },
    bindings: [taught(own, 'teacher_left'), taught(other, 'teacher_right')],
  };
}

/** The part of the columns' chunks that gets a gradient. */
export function chunksWithGradient(problem: ContrastiveProblem, colChunks: readonly Chunk[]): Chunk[] {
  const end = numOwnCols(problem);
  return colChunks
    .filter(({ first }) => first < end)
    .map((chunk) => ({ ...chunk, count: Math.min(chunk.count, end - chunk.first) }));
}

type PassOwn = Omit<Pass, 'conditions' | 'uniforms'> & {
  readonly conditions?: Pass['conditions'];
  /** Lines whose softmaxes the pass walks along; by default all rows. */
  readonly own?: Chunk;
  /** And whom these meet; by default all columns. */
  readonly other?: Chunk;
  readonly panel?: Panel;
  /** A range of the own lines; by default all of the chunk. */
  readonly rowPanel?: Panel;
  readonly rowBlocks?: number;
  /** Where sums along lines begin, counted like `other.first`; by default at 0. */
  readonly sumsFrom?: number;
};

function moduleOf({ loss, labelSets }: ContrastiveProblem): string {
  const { module, moduleOfSets = module } = lossOf(loss);
  return labelSets === undefined ? module : moduleOfSets;
}

/** The module that tells which pairs are positive. */
function positivesOf(problem: ContrastiveProblem): string {
  const { loss, oneTensor, labels, columnLabels } = problem;
  const folder = 'contrastive/lib/positives';
  if (columnLabels === true) return `${folder}/labelled`;
  if (lossOf(loss).labels === 'classes') return `${folder}/classes`;
  if (hasTargets(problem)) return `${folder}/nobody`;
  if (oneTensor === true) return `${folder}/views`;
  return labels === true ? `${folder}/labelled` : `${folder}/paired`;
}

/** Where a chunk begins in a buffer that is not cut as its tensor is: a rank of a ring has all of a teacher, and rows from `first` on. */
const firstOfWhole = ({ index, first }: Chunk): number => (index === 0 ? first : 0);

/** A pass with `contrastive/lib/params.wesl`'s params. */
export function contrastivePass(
  problem: ContrastiveProblem,
  { own, other, panel, rowPanel, rowBlocks = 0, sumsFrom = 0, ...pass }: PassOwn,
): Pass {
  const { numRows, numCols, oneTensor } = problem;
  const lineOf = ({ of, first }: Chunk) => first + (of === 'y' ? numRows : 0);
  const whole = (of: Chunk['of'], count: number): Chunk => ({ of, index: 0, first: 0, count });
  const rows = own ?? whole('x', numRows);
  const cols = other ?? whole(oneTensor === true ? 'x' : 'y', numCols);
  return {
    ...pass,
    conditions: { ...lineConditions(problem), ...pass.conditions },
    modules: {
      exponent: 'lib/exponent/binary',
      loss: moduleOf(problem),
      positives: positivesOf(problem),
      ...pass.modules,
    },
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
      u32('taught_row', firstOfWhole(rows)),
      u32('taught_col', firstOfWhole(cols)),
      u32('view_rows', Math.floor(numRows / 2)),
      f32('weight', lineWeight(problem)),
      f32('negative_infinity', -Infinity),
      ...uniformsOf(contrastiveOptions, problem),
    ],
  };
}
