import { dtypeBytes, type BufferDtype } from '../../../core/dtype.ts';
import { optionBuffers } from '../../../core/option-data.ts';
import { conditionsOf } from '../../../core/option-table.ts';
import { floatBytes, typedBuffer, type PlanBuffer } from '../../../core/plan.ts';
import { lossOf } from '../losses/index.ts';
import { contrastiveOptions } from '../options/index.ts';
import { numLines, numOwnCols, type ContrastiveProblem } from '../problem.ts';

/** Conditions that follow from the problem alone: the same for every pass, since they shape the lines. */
export function lineConditions(problem: ContrastiveProblem): Readonly<Record<string, boolean>> {
  const { symmetric, pairwise, labels } = lossOf(problem.loss);
  return {
    ...conditionsOf(contrastiveOptions, problem),
    SYMMETRIC: symmetric,
    PAIRWISE: pairwise,
    CLASSES: labels === 'classes',
  };
}

/** Members of a `Line` in `contrastive/lib/params.wesl`, a word each, in order. */
export function lineFields(problem: ContrastiveProblem): readonly string[] {
  const {
    NORMALIZE,
    ROW_SCALE,
    ROW_WEIGHTS,
    KEYED,
    IDS,
    FALSE_NEGATIVES,
    SMOOTHING,
    METRICS,
    CLASSES,
    TEACHER,
    DROPPED,
    LABEL_SETS,
  } = lineConditions(problem);
  const some = (on: boolean | undefined, ...fields: string[]) => (on === true ? fields : []);
  return [
    ...['base', 'mass', 'pair'],
    ...some(NORMALIZE, 'norm'),
    ...some(ROW_SCALE, 'scale'),
    ...some(ROW_WEIGHTS === true || DROPPED === true || LABEL_SETS === true, 'weight'),
    ...some(KEYED, 'key'),
    ...some(IDS, 'id'),
    ...some(FALSE_NEGATIVES, 'limit'),
    ...some(SMOOTHING === true || METRICS === true, 'sum', 'count'),
    ...some(METRICS, 'lowest', 'above'),
    ...some(CLASSES, 'posBase', 'posMass', 'posSum', 'posCount'),
    ...some(TEACHER, 'taughtBase', 'taughtMass', 'agreement'),
  ];
}

const lineWords = (problem: ContrastiveProblem): number => lineFields(problem).length;

export const lineBytes = (problem: ContrastiveProblem): number => floatBytes(lineWords(problem));

/** Buffers of other things than f32: whole numbers, and `Line`s, which have members of both. */
const DTYPES: Readonly<Record<string, BufferDtype>> = {
  ...{ rowRanks: 'u32', colRanks: 'u32', numNegatives: 'u32', hardestPlaces: 'u32' },
  lines: 'words',
};

/** How a variant lays out its buffers. */
export interface Chunking {
  /** Rows of one GPU buffer of embeddings or their gradients; 0, the default, is all. */
  readonly chunkRows?: number;
  /** Lines carry what `one_pass` needs. */
  readonly fused?: boolean;
}

/** The inputs, outputs and workspace that every variant has. */
export function dataBuffers(
  problem: ContrastiveProblem,
  { chunkRows = 0, fused = false }: Chunking = {},
): PlanBuffer[] {
  const { numRows, numCols, embedDim, dtype = 'f32', gradients, reduction, loss, oneTensor } = problem;
  const chunked = (of: BufferDtype) =>
    chunkRows === 0 ? {} : { chunkBytes: dtypeBytes(of, chunkRows * embedDim) };
  const embeddings = (name: string, count: number): PlanBuffer => ({
    ...typedBuffer('input', name, dtype, count * embedDim),
    ...chunked(dtype),
  });
  const buffer = (
    role: PlanBuffer['role'],
    name: string,
    count: number,
    wanted = true,
    chunks = {},
  ): PlanBuffer[] =>
    wanted ? [{ ...typedBuffer(role, name, DTYPES[name] ?? 'f32', count), ...chunks }] : [];
  const lines = numLines(problem);
  const { pairwise, symmetric, teacher, own: ownPasses } = lossOf(loss);
  const perRowLoss = reduction === 'none';
  const wantsScale = gradients.includes('logitScale');
  const wantsBias = gradients.includes('logitBias');
  return [
    embeddings('x', numRows),
    ...(oneTensor === true ? [] : [embeddings('y', numCols)]),
    ...optionBuffers(contrastiveOptions, problem).map(({ name, dtype, count, cut }) => ({
      ...typedBuffer('input', name, dtype, count),
      ...(cut &&
        chunkRows > 0 && {
          chunkBytes: floatBytes((chunkRows * count) / (cut === 'rows' ? numRows : numCols)),
        }),
    })),
    ...buffer('output', 'loss', perRowLoss ? numRows : 1),
    ...buffer('output', 'rowLse', numRows, !pairwise),
    ...buffer('output', 'colLse', numRows, symmetric),
    ...buffer('output', 'teacherLse', numRows, teacher === true),
    ...buffer('output', 'xGrad', numRows * embedDim, gradients.includes('x'), chunked('f32')),
    ...buffer('output', 'yGrad', numOwnCols(problem) * embedDim, gradients.includes('y'), chunked('f32')),
    ...buffer('output', 'logitScaleGrad', problem.rowScales === true ? numRows : 1, wantsScale),
    ...buffer('output', 'logitBiasGrad', 1, wantsBias),
    ...buffer('output', 'rowRanks', numRows, problem.metrics === true),
    ...buffer('output', 'rowLogits', 4 * numRows, problem.metrics === true),
    ...buffer('output', 'numNegatives', numRows, problem.metrics === true),
    ...buffer('output', 'colRanks', numRows, problem.metrics === true && symmetric),
    ...buffer('output', 'hardestLogits', (problem.hardest ?? 0) * numRows, problem.hardest !== undefined),
    ...buffer('output', 'hardestPlaces', (problem.hardest ?? 0) * numRows, problem.hardest !== undefined),
    ...buffer('workspace', 'lines', (lineWords(problem) + (fused ? 1 : 0)) * lines),
    ...buffer('workspace', 'lossTerms', numRows, !perRowLoss),
    ...buffer('workspace', 'scaleTerms', numRows, wantsScale && problem.rowScales !== true),
    ...buffer('workspace', 'biasTerms', numRows, wantsBias),
    ...(ownPasses?.buffers(numRows) ?? []),
  ];
}

/** Where the terms of the loss, and those of the scale's gradient, are written: the result itself, if it is per row. */
export const lossTerms = ({ reduction }: ContrastiveProblem): string =>
  reduction === 'none' ? 'loss' : 'lossTerms';
export const scaleTerms = ({ rowScales }: ContrastiveProblem): string =>
  rowScales === true ? 'logitScaleGrad' : 'scaleTerms';
