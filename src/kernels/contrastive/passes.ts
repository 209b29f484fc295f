import {
  ceilDiv,
  f32,
  floatBytes,
  read,
  readWrite,
  u32,
  type Binding,
  type Pass,
  type PlanBuffer,
} from '../plan.ts';
import type { Condition } from '../shader-names.ts';
import { TRAITS } from './losses.ts';
import { DEFAULT_SIGMA, lineWeight, numLines, numOwnCols, type ContrastiveProblem } from './problem.ts';

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

/** The rows of a slice, bound for reading. */
export const rowsOf = ({ of, chunk }: Slice): Binding => ({ buffer: of, chunk, access: 'read' });

/** Conditions that follow from the problem alone: the same for every pass, since they shape the lines. */
export function lineConditions(problem: ContrastiveProblem): Partial<Record<Condition, boolean>> {
  const { symmetric, sigmoid, classes, decoupled } = TRAITS[problem.loss];
  return {
    SELF: problem.oneTensor === true,
    SYMMETRIC: symmetric,
    SIGMOID: sigmoid,
    CLASSES: classes,
    DECOUPLED: decoupled,
    WEIGHTED: problem.loss === 'dclw',
    KEYED: classes || problem.labels === true,
    ROW_SCALE: problem.rowScales === true,
    NORMALIZE: problem.normalize === true,
    SMOOTHING: problem.labelSmoothing !== undefined,
    IDS: problem.ids === true,
    FALSE_NEGATIVES: problem.falseNegativeMargin !== undefined,
    METRICS: problem.metrics === true,
    HARDEST: problem.hardest !== undefined,
  };
}

/** Words of a `Line` in `lib/contrastive_params.wesl`. */
function lineWords(problem: ContrastiveProblem): number {
  const { NORMALIZE, ROW_SCALE, KEYED, IDS, FALSE_NEGATIVES, SMOOTHING, METRICS, CLASSES } =
    lineConditions(problem);
  const sums = SMOOTHING === true || METRICS === true ? 2 : 0;
  const single = [NORMALIZE, ROW_SCALE, KEYED, IDS, FALSE_NEGATIVES].filter((on) => on === true).length;
  return 3 + single + sums + (METRICS === true ? 2 : 0) + (CLASSES === true ? 4 : 0);
}

export const lineBytes = (problem: ContrastiveProblem): number => floatBytes(lineWords(problem));

/** What the caller gives of each line beside its embedding, by buffer and condition. */
const LINE_INPUTS = { keys: 'KEYED', ids: 'IDS', scales: 'ROW_SCALE' } as const;

/** How a variant holds its data. */
export interface Held {
  /** Rows of one GPU buffer of embeddings or their gradients; 0, the default, is all. */
  readonly chunkRows?: number;
  /** Lines carry what `one_pass` needs. */
  readonly fused?: boolean;
}

/** The inputs, outputs and workspace that every variant has. */
export function dataBuffers(
  problem: ContrastiveProblem,
  { chunkRows = 0, fused = false }: Held = {},
): PlanBuffer[] {
  const { numRows, numCols, embedDim, gradients, reduction, loss, oneTensor, rowScales } = problem;
  const chunkBytes = chunkRows === 0 ? {} : { chunkBytes: floatBytes(chunkRows * embedDim) };
  const buffer = (
    role: PlanBuffer['role'],
    name: string,
    count: number,
    wanted = true,
    chunks = {},
  ): PlanBuffer[] => (wanted ? [{ name, role, bytes: floatBytes(count), ...chunks }] : []);
  const conditions = lineConditions(problem);
  const own = problem.rowNegatives ?? 0;
  const lines = numLines(problem);
  const perRowLoss = reduction === 'none';
  const wantsScale = gradients.includes('logitScale');
  const wantsBias = gradients.includes('logitBias');
  return [
    ...buffer('input', 'x', numRows * embedDim, true, chunkBytes),
    ...buffer('input', 'y', numCols * embedDim, oneTensor !== true, chunkBytes),
    ...buffer('input', 'rowNegatives', numRows * own * embedDim, own > 0, {
      ...(chunkRows === 0 ? {} : { chunkBytes: floatBytes(chunkRows * own * embedDim) }),
    }),
    ...Object.entries(LINE_INPUTS).flatMap(([name, condition]) =>
      buffer('input', name, lines, conditions[condition]),
    ),
    ...buffer('output', 'loss', perRowLoss ? numRows : 1),
    ...buffer('output', 'rowLse', numRows, conditions.SIGMOID !== true),
    ...buffer('output', 'colLse', numRows, conditions.SYMMETRIC),
    ...buffer('output', 'xGrad', numRows * embedDim, gradients.includes('x'), chunkBytes),
    ...buffer('output', 'yGrad', numOwnCols(problem) * embedDim, gradients.includes('y'), chunkBytes),
    ...buffer('output', 'logitScaleGrad', rowScales === true ? numRows : 1, wantsScale),
    ...buffer('output', 'logitBiasGrad', 1, wantsBias),
    ...buffer('output', 'rowRanks', numRows, problem.metrics === true),
    ...buffer('output', 'rowLogits', 4 * numRows, problem.metrics === true),
    ...buffer('output', 'numNegatives', numRows, problem.metrics === true),
    ...buffer('output', 'colRanks', numRows, problem.metrics === true && conditions.SYMMETRIC === true),
    ...buffer('output', 'hardestLogits', (problem.hardest ?? 0) * numRows, problem.hardest !== undefined),
    ...buffer('output', 'hardestPlaces', (problem.hardest ?? 0) * numRows, problem.hardest !== undefined),
    ...buffer('workspace', 'lines', (lineWords(problem) + (fused ? 1 : 0)) * lines),
    ...buffer('workspace', 'lossTerms', numRows, !perRowLoss),
    ...buffer('workspace', 'scaleTerms', numRows, wantsScale && rowScales !== true),
    ...buffer('workspace', 'biasTerms', numRows, wantsBias),
    ...buffer('workspace', 'pairWeights', 4 * numRows, loss === 'dclw'),
  ];
}

/** Where the terms of the loss, and those of the scale's gradient, are written: the result itself, if it is per row. */
const lossTerms = ({ reduction }: ContrastiveProblem): string =>
  reduction === 'none' ? 'loss' : 'lossTerms';
const scaleTerms = ({ rowScales }: ContrastiveProblem): string =>
  rowScales === true ? 'logitScaleGrad' : 'scaleTerms';

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

/** A pass with `lib/contrastive_params.wesl`'s params. */
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
      u32('period', oneTensor === true ? numRows / 2 : numRows + numCols),
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

const WORKGROUP_SIZE = 64;

/** Whether anything needs statistics of the lines. */
export const hasStats = ({ loss, metrics, hardest }: ContrastiveProblem): boolean =>
  !TRAITS[loss].sigmoid || metrics === true || hardest !== undefined;

/** What lists the hardest negatives of rows, in a pass that sees their logits. */
export const hardestSpec = ({ hardest }: ContrastiveProblem) => ({
  constants: { TOP: hardest ?? 1 },
  bindings:
    hardest === undefined
      ? []
      : [
          { buffer: 'hardestLogits', slot: 7, access: 'read-write' } as const,
          { buffer: 'hardestPlaces', slot: 8, access: 'read-write' } as const,
        ],
});

/** Negatives of single rows: into the statistics or, once the losses are known, into the gradients. */
function rowNegativesPasses(
  problem: ContrastiveProblem,
  rows: readonly Slice[],
  into: 'stats' | 'gradients',
): Pass[] {
  const { rowNegatives, embedDim, gradients } = problem;
  if (rowNegatives === undefined) return [];
  const terms = termsOf(problem, 'x');
  const wantsX = gradients.includes('x');
  const wantsScale = gradients.includes('logitScale');
  if (into === 'gradients' && !wantsX && !wantsScale) return [];
  return rows.map((own) =>
    contrastivePass(problem, {
      label: `row negatives, ${into}`,
      shader: 'contrastive/row_negatives',
      conditions: into === 'stats' ? {} : { EMBED_GRAD: wantsX, SCALE_GRAD: wantsScale },
      constants: { WORKGROUP_SIZE, DEPTH: embedDim, OWN_NEGATIVES: rowNegatives },
      bindings: [
        rowsOf(own),
        { buffer: 'rowNegatives', chunk: own.chunk, access: 'read' },
        ...readWrite('lines'),
        ...(into === 'gradients' && wantsX
          ? [{ buffer: 'xGrad', chunk: own.chunk, slot: 5, access: 'read-write' } as const]
          : []),
        ...(into === 'gradients' ? terms.bindings : []),
      ],
      workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
      flops: 4 * embedDim * rowNegatives * own.count,
      own,
    }),
  );
}

/** What the statistics tell, before the losses make something else of the lines. */
function metricsPasses(problem: ContrastiveProblem): Pass[] {
  if (problem.metrics !== true) return [];
  const { SYMMETRIC } = lineConditions(problem);
  return [
    contrastivePass(problem, {
      label: 'line metrics',
      shader: 'contrastive/line_metrics',
      constants: { WORKGROUP_SIZE },
      bindings: [
        ...read('lines'),
        ...readWrite('rowRanks', 'rowLogits', 'numNegatives', ...(SYMMETRIC === true ? ['colRanks'] : [])),
      ],
      workgroups: ceilDiv(problem.numRows, WORKGROUP_SIZE),
      flops: 8 * problem.numRows,
    }),
  ];
}

/** Everything before the products: lengths, keys and, of losses with one positive a row, its logit. */
export function setupPasses(
  problem: ContrastiveProblem,
  rows: readonly Slice[],
  cols: readonly Slice[],
): Pass[] {
  const { embedDim, oneTensor } = problem;
  const conditions = lineConditions(problem);
  const constants = { WORKGROUP_SIZE, DEPTH: embedDim };
  const setup = (slice: Slice): Pass =>
    contrastivePass(problem, {
      label: 'line setup',
      shader: 'contrastive/line_setup',
      constants,
      bindings: [
        ...readWrite('lines'),
        ...(conditions.NORMALIZE === true ? [{ ...rowsOf(slice), slot: 2 }] : []),
        ...Object.entries(LINE_INPUTS).flatMap(([buffer, condition], index) =>
          conditions[condition] === true ? [{ buffer, slot: 3 + index, access: 'read' } as const] : [],
        ),
      ],
      workgroups: ceilDiv(slice.count, WORKGROUP_SIZE),
      flops: 4 * embedDim * slice.count,
      own: slice,
    });
  const positives = (own: Slice, other: Slice): Pass =>
    contrastivePass(problem, {
      label: 'line positives',
      shader: 'contrastive/line_positives',
      constants,
      bindings: [rowsOf(own), rowsOf(other), ...readWrite('lines')],
      workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
      flops: 2 * embedDim * own.count,
      own,
      other,
    });
  const onePositive = hasStats(problem) && conditions.CLASSES !== true;
  return [
    ...[...rows, ...(oneTensor === true ? [] : cols)].map(setup),
    ...(onePositive ? rows.flatMap((own) => cols.map((other) => positives(own, other))) : []),
  ];
}

/** From the statistics of all lines to the loss, and to what the gradients need. None for a loss without softmax. */
export function lossPasses(problem: ContrastiveProblem, rows: readonly Slice[]): Pass[] {
  const { SIGMOID, SYMMETRIC, WEIGHTED } = lineConditions(problem);
  const { numRows, numCols } = problem;
  if (SIGMOID === true) return metricsPasses(problem);
  return [
    ...rowNegativesPasses(problem, rows, 'stats'),
    ...metricsPasses(problem),
    ...(WEIGHTED === true
      ? [
          contrastivePass(problem, {
            label: 'weighted positives',
            shader: 'contrastive/weighted_positives',
            constants: { WORKGROUP_SIZE: SUM_WORKGROUP },
            bindings: [...read('lines'), ...readWrite('pairWeights')],
            workgroups: 1,
            flops: 60 * numRows,
          }),
        ]
      : []),
    contrastivePass(problem, {
      label: 'line losses',
      shader: 'contrastive/line_losses',
      constants: { WORKGROUP_SIZE },
      bindings: [
        ...readWrite('lines', 'rowLse', lossTerms(problem)),
        ...(SYMMETRIC === true ? readWrite('colLse') : []),
        ...(WEIGHTED === true ? [{ buffer: 'pairWeights', slot: 5, access: 'read' } as const] : []),
      ],
      workgroups: ceilDiv(SYMMETRIC === true ? Math.max(numRows, numCols) : numRows, WORKGROUP_SIZE),
      flops: 40 * numRows,
    }),
    ...lossSum(problem),
  ];
}

const lossSum = (problem: ContrastiveProblem): Pass[] =>
  problem.reduction === 'none' ? [] : [sumPass('lossTerms', 'loss', problem.numRows)];

/** Which sums along rows a gradient pass has beside the gradient of the embeddings. */
export interface Terms {
  readonly conditions: Partial<Record<Condition, boolean>>;
  readonly bindings: readonly Binding[];
  readonly any: boolean;
}

const NO_TERMS: Terms = { conditions: {}, bindings: [], any: false };

/** Those of the pass along the rows: the other one has none. */
export function termsOf(problem: ContrastiveProblem, along: 'x' | 'y'): Terms {
  if (along === 'y') return NO_TERMS;
  const wanted = [
    { condition: 'SCALE_GRAD', buffer: scaleTerms(problem), on: problem.gradients.includes('logitScale') },
    { condition: 'BIAS_GRAD', buffer: 'biasTerms', on: problem.gradients.includes('logitBias') },
    { condition: 'LOSS_TERMS', buffer: lossTerms(problem), on: TRAITS[problem.loss].sigmoid },
  ] as const;
  return {
    conditions: Object.fromEntries(wanted.map(({ condition, on }) => [condition, on])),
    bindings: wanted.flatMap(({ buffer, on }, index) =>
      on ? [{ buffer, slot: 6 + index, access: 'read-write' } as const] : [],
    ),
    any: wanted.some(({ on }) => on),
  };
}

/** Whose softmaxes contribute to a gradient along `along`: of both kinds of lines, or of the rows alone. */
export function directions(
  problem: ContrastiveProblem,
  along: 'x' | 'y',
): Partial<Record<Condition, boolean>> {
  const { symmetric, sigmoid } = TRAITS[problem.loss];
  const both = symmetric || problem.oneTensor === true;
  return {
    OWN_LINES: !sigmoid && (both || along === 'x'),
    OTHER_LINES: !sigmoid && (both || along === 'y'),
  };
}

/** What follows the gradients: sums over their terms, and the way through the normalisation. */
export function finishingPasses(
  problem: ContrastiveProblem,
  rows: readonly Slice[],
  cols: readonly Slice[],
): Pass[] {
  const { numRows, embedDim, gradients, loss, normalize, rowScales } = problem;
  const wantsScale = gradients.includes('logitScale');
  const through = (own: Slice): Pass =>
    contrastivePass(problem, {
      label: `normalised ${own.of}Grad`,
      shader: 'contrastive/normalize_gradient',
      constants: { WORKGROUP_SIZE, DEPTH: embedDim },
      bindings: [
        ...read('lines'),
        rowsOf(own),
        { buffer: `${own.of}Grad`, chunk: own.chunk, access: 'read-write' },
      ],
      workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
      flops: 6 * embedDim * own.count,
      own,
    });
  return [
    ...(TRAITS[loss].sigmoid ? lossSum(problem) : []),
    ...rowNegativesPasses(problem, rows, 'gradients'),
    ...(normalize === true && gradients.includes('x') ? rows.map(through) : []),
    ...(normalize === true && gradients.includes('y') ? gradientSlices(problem, cols).map(through) : []),
    ...(loss === 'dclw' && wantsScale
      ? [
          contrastivePass(problem, {
            label: 'weighted scale terms',
            shader: 'contrastive/weighted_scale_terms',
            constants: { WORKGROUP_SIZE },
            bindings: [...read('pairWeights'), ...readWrite(scaleTerms(problem))],
            workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
            flops: numRows,
          }),
        ]
      : []),
    ...(wantsScale && rowScales !== true ? [sumPass('scaleTerms', 'logitScaleGrad', numRows)] : []),
    ...(gradients.includes('logitBias') ? [sumPass('biasTerms', 'logitBiasGrad', numRows)] : []),
  ];
}

/** The part of the columns' slices that gets a gradient. */
export function gradientSlices(problem: ContrastiveProblem, cols: readonly Slice[]): Slice[] {
  const end = numOwnCols(problem);
  return cols
    .filter(({ first }) => first < end)
    .map((slice) => ({ ...slice, count: Math.min(slice.count, end - slice.first) }));
}

const SUM_WORKGROUP = 256;

/** `to` = the sum of the first `count` elements of `from`. */
function sumPass(from: string, to: string, count: number): Pass {
  return {
    label: `sum ${from}`,
    shader: 'reduce/sum',
    conditions: {},
    constants: { WORKGROUP_SIZE: SUM_WORKGROUP },
    uniforms: [u32('count', count)],
    bindings: [...read(from), ...readWrite(to)],
    workgroups: 1,
    flops: 4 * count,
  };
}
