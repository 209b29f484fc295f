import { plainCorners, type Corner, type Corners } from '../../core/corner.ts';
import type { Arrays } from '../../core/variant.ts';
import { normals } from '../../core/random.ts';
import { VECTOR_TILES } from '../../tile/odd-tiles.ts';
import type { ContrastiveProblem } from './problem.ts';
import { withDropped } from './dropped-rows.ts';
import { randomContrastive } from './random-problem.ts';

/** Tiles that compile in a tenth of the default's time, and have more tiles and more invocations to get wrong. */
export const SMALL = { blockM: 8, blockN: 16, rows: 2, cols: 2, stageDepth: 0, vectorWidth: 1, colsV: 2 };

/** Hidden states against more rows of a vocabulary; some have a label that drops them. */
const VOCABULARY: Partial<ContrastiveProblem> = {
  loss: 'info-nce',
  numRows: 37,
  numCols: 61,
  embedDim: 16,
  labels: true,
  ignoreIndex: -100,
};

/** Rows with up to three labels each; a label that is ignored is none. */
const LABELLED: Partial<ContrastiveProblem> = {
  ...{ loss: 'bce', numRows: 37, numCols: 61, embedDim: 16, labelSets: 3, ignoreIndex: -100, logitBias: -3 },
};

/** Widths of both that all share, and with them kernels. */
const TAUGHT: Partial<ContrastiveProblem> = {
  loss: 'soft-targets',
  numRows: 37,
  embedDim: 16,
  teacherDim: 5,
  teacherScale: 6,
};

/** Shapes and options. */
const SHAPES_AND_OPTIONS = plainCorners<ContrastiveProblem>({
  'one pair': { numRows: 1, embedDim: 3 },
  'one dimension': { numRows: 40, embedDim: 1 },
  'two pairs': { numRows: 2, embedDim: 3 },
  'no multiple of any tile': { numRows: 67, embedDim: 37 },
  'exact tiles': { numRows: 64, embedDim: 64 },
  'several blocks each way': { numRows: 150, embedDim: 16 },
  'embedDim beyond one chunk of columns': { numRows: 33, embedDim: 300 },
  'scale 1e-3': { numRows: 50, embedDim: 16, logitScale: 1e-3 },
  'scale 0': { numRows: 50, embedDim: 16, logitScale: 0 },
  'scale 100': { numRows: 50, embedDim: 16, logitScale: 100 },
  'scale 200': { numRows: 50, embedDim: 16, logitScale: 200 },
  'the loss alone': { numRows: 50, embedDim: 16, gradients: [] },
  'x alone': { numRows: 50, embedDim: 16, gradients: ['x'] },
  'y alone': { numRows: 50, embedDim: 16, gradients: ['y'] },
  'logitScale alone': { numRows: 50, embedDim: 16, gradients: ['logitScale'] },
  sum: { numRows: 50, embedDim: 16, reduction: 'sum' },
  none: { numRows: 50, embedDim: 16, reduction: 'none' },
  'a scale per row': { numRows: 50, embedDim: 16, rowScales: true },
  normalised: { numRows: 50, embedDim: 16, normalize: true },
  'normalised, one dimension': { numRows: 20, embedDim: 1, normalize: true },
  smoothed: { numRows: 50, embedDim: 16, labelSmoothing: 0.1 },
  'with a margin': { numRows: 50, embedDim: 16, margin: 0.3 },
  'duplicate ids': { numRows: 50, embedDim: 16, ids: true },
  'smoothed, with duplicate ids': { numRows: 50, embedDim: 16, labelSmoothing: 0.2, ids: true },
  'false negatives left out': { numRows: 50, embedDim: 16, falseNegativeMargin: 0.05 },
  'extra columns': { numRows: 50, extraCols: 23, embedDim: 16 },
  'everything at once': {
    numRows: 50,
    extraCols: 9,
    embedDim: 16,
    normalize: true,
    labelSmoothing: 0.1,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.3,
  },
  'weights of rows': { numRows: 50, extraCols: 9, embedDim: 16, rowWeights: true, labelSmoothing: 0.1 },
  'weights of rows, info-nce': {
    loss: 'info-nce',
    numRows: 37,
    numCols: 61,
    embedDim: 16,
    labels: true,
    rowWeights: true,
  },
  'weights of rows, siglip': {
    loss: 'siglip',
    numRows: 41,
    embedDim: 16,
    rowWeights: true,
    gradients: ['x', 'y', 'logitScale', 'logitBias'],
  },
  'weights of rows, nt-xent': {
    loss: 'nt-xent',
    numRows: 46,
    embedDim: 16,
    rowWeights: true,
    reduction: 'none',
  },
  'weights of rows, dclw': { loss: 'dclw', numRows: 37, embedDim: 16, rowWeights: true, margin: 0.1 },
  'weights of rows, dcl': { loss: 'dcl', numRows: 46, embedDim: 16, oneTensor: true, rowWeights: true },
  'weights of rows, sup-con': { loss: 'sup-con', numRows: 53, embedDim: 16, rowWeights: true },
  prefixes: { numRows: 50, embedDim: 8, prefixDims: [4, 7, 8], normalize: true },
  'prefixes of info-nce with options': {
    loss: 'info-nce',
    numRows: 37,
    numCols: 50,
    extraCols: 9,
    embedDim: 8,
    prefixDims: [4, 8],
    labels: true,
    rowNegatives: 2,
    rowScales: true,
    metrics: true,
  },
  'prefixes of siglip': { loss: 'siglip', numRows: 41, embedDim: 8, prefixDims: [8, 3], logitBias: -3 },
  'prefixes of nt-xent': {
    loss: 'nt-xent',
    numRows: 46,
    embedDim: 16,
    prefixDims: [2, 8],
    reduction: 'none',
  },
  'negatives of each row': { numRows: 50, rowNegatives: 4, embedDim: 16 },
  'negatives of each row with options': {
    loss: 'info-nce',
    numRows: 41,
    numCols: 70,
    rowNegatives: 3,
    embedDim: 16,
    labels: true,
    rowScales: true,
    normalize: true,
    labelSmoothing: 0.2,
    margin: 0.1,
    falseNegativeMargin: 0.4,
    metrics: true,
  },
  'negatives of each row of two views': { loss: 'nt-xent', numRows: 46, rowNegatives: 2, embedDim: 16 },
  'negatives of each row, dcl': { loss: 'dcl', numRows: 1, rowNegatives: 2, embedDim: 16 },
  metrics: { numRows: 50, embedDim: 16, metrics: true, hardest: 3 },
  'metrics, one pair': { numRows: 1, embedDim: 16, metrics: true, hardest: 2 },
  'metrics with everything': {
    numRows: 50,
    extraCols: 9,
    embedDim: 16,
    metrics: true,
    hardest: 60,
    labelSmoothing: 0.1,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.3,
  },
  'metrics of info-nce': {
    loss: 'info-nce',
    numRows: 61,
    numCols: 37,
    embedDim: 16,
    labels: true,
    rowScales: true,
    metrics: true,
    hardest: 5,
  },
  'metrics of siglip': {
    loss: 'siglip',
    numRows: 41,
    embedDim: 16,
    logitBias: -3,
    metrics: true,
    hardest: 4,
  },
  'metrics of nt-xent': { loss: 'nt-xent', numRows: 46, embedDim: 16, metrics: true, hardest: 5 },
  'hardest of sup-con': { loss: 'sup-con', numRows: 53, embedDim: 16, hardest: 5 },
  'info-nce': { loss: 'info-nce', numRows: 37, numCols: 61, embedDim: 16 },
  'info-nce, one row': { loss: 'info-nce', numRows: 1, numCols: 61, embedDim: 16 },
  'info-nce, one column': { loss: 'info-nce', numRows: 37, numCols: 1, embedDim: 16, labels: true },
  'info-nce, labels': { loss: 'info-nce', numRows: 61, numCols: 37, embedDim: 16, labels: true },
  'info-nce, x alone': {
    loss: 'info-nce',
    numRows: 37,
    numCols: 61,
    embedDim: 16,
    labels: true,
    gradients: ['x'],
  },
  'info-nce, y alone': { loss: 'info-nce', numRows: 37, numCols: 61, embedDim: 16, gradients: ['y'] },
  'info-nce, the loss alone': { loss: 'info-nce', numRows: 37, embedDim: 16, gradients: [] },
  'info-nce, a scale per row alone': {
    loss: 'info-nce',
    numRows: 37,
    embedDim: 16,
    rowScales: true,
    gradients: ['logitScale'],
  },
  'info-nce, scale 200': { loss: 'info-nce', numRows: 37, numCols: 61, embedDim: 16, logitScale: 200 },
  'info-nce, normalised, with a queue': {
    loss: 'info-nce',
    numRows: 41,
    extraCols: 50,
    embedDim: 37,
    rowScales: true,
    normalize: true,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.4,
  },
  'info-nce, none': { loss: 'info-nce', numRows: 37, embedDim: 16, reduction: 'none' },
  'info-nce, everything at once': {
    loss: 'info-nce',
    numRows: 41,
    numCols: 70,
    extraCols: 11,
    embedDim: 16,
    labels: true,
    rowScales: true,
    normalize: true,
    labelSmoothing: 0.2,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.4,
  },
  siglip: {
    loss: 'siglip',
    numRows: 41,
    embedDim: 16,
    logitBias: -3,
    gradients: ['x', 'y', 'logitScale', 'logitBias'],
  },
  'siglip, the loss alone': { loss: 'siglip', numRows: 41, embedDim: 16, logitBias: -10, gradients: [] },
  'siglip, bias alone': { loss: 'siglip', numRows: 41, embedDim: 16, gradients: ['logitBias'] },
  'siglip, scale 200': { loss: 'siglip', numRows: 41, embedDim: 16, logitScale: 200, logitBias: -10 },
  'siglip with options': {
    loss: 'siglip',
    numRows: 41,
    extraCols: 9,
    embedDim: 16,
    normalize: true,
    ids: true,
    rowScales: true,
    reduction: 'none',
    gradients: ['x', 'y', 'logitScale', 'logitBias'],
  },
  bce: { ...LABELLED, gradients: ['x', 'y', 'logitScale', 'logitBias'] },
  'bce, one label of one row': { loss: 'bce', numRows: 1, numCols: 1, embedDim: 16 },
  'bce, the loss alone': { ...LABELLED, numRows: 61, numCols: 37, gradients: [] },
  'bce, scale 200': { ...LABELLED, logitScale: 200 },
  'bce with options': {
    ...LABELLED,
    extraCols: 9,
    normalize: true,
    rowScales: true,
    rowWeights: true,
    reduction: 'none',
    gradients: ['x', 'y', 'logitScale', 'logitBias'],
  },
  f16: { numRows: 41, embedDim: 13, dtype: 'f16' },
  'f16, one pair': { numRows: 1, embedDim: 3, dtype: 'f16' },
  'f16, normalised, with options': {
    ...{ numRows: 41, extraCols: 9, embedDim: 13, dtype: 'f16', normalize: true },
    ...{ rowNegatives: 2, rowScales: true, margin: 0.1 },
  },
  'f16, info-nce': { loss: 'info-nce', numRows: 37, numCols: 61, embedDim: 13, dtype: 'f16', labels: true },
  'f16, labels of each row': { ...VOCABULARY, dtype: 'f16', labelSets: 3 },
  'f16, siglip': { loss: 'siglip', numRows: 41, embedDim: 13, dtype: 'f16', logitBias: -3 },
  'f16, soft-targets': { ...TAUGHT, numCols: 29, dtype: 'f16' },
  'f16, nt-xent': { loss: 'nt-xent', numRows: 46, embedDim: 13, dtype: 'f16', normalize: true },
  'f16, prefixes': { numRows: 41, embedDim: 13, dtype: 'f16', prefixDims: [5, 8] },
  'nt-xent': { loss: 'nt-xent', numRows: 46, embedDim: 16 },
  'nt-xent, two rows': { loss: 'nt-xent', numRows: 2, embedDim: 16 },
  'nt-xent, scale 200': { loss: 'nt-xent', numRows: 46, embedDim: 16, logitScale: 200 },
  'nt-xent with options': {
    loss: 'nt-xent',
    numRows: 46,
    embedDim: 16,
    normalize: true,
    rowScales: true,
    labelSmoothing: 0.1,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.3,
  },
  'sup-con': { loss: 'sup-con', numRows: 53, embedDim: 16 },
  'sup-con, one row': { loss: 'sup-con', numRows: 1, embedDim: 16 },
  'sup-con, scale 100': { loss: 'sup-con', numRows: 53, embedDim: 16, logitScale: 100 },
  'sup-con with options': { loss: 'sup-con', numRows: 53, embedDim: 16, normalize: true, rowScales: true },
  'sup-con of two tensors': { loss: 'sup-con', numRows: 53, numCols: 41, embedDim: 16, columnLabels: true },
  'sup-con of two tensors, one pair': { loss: 'sup-con', numRows: 1, embedDim: 16, columnLabels: true },
  'sup-con of two tensors, with options': {
    ...{ loss: 'sup-con', numRows: 41, numCols: 53, embedDim: 16, columnLabels: true, logitScale: 100 },
    ...{ normalize: true, rowScales: true, rowWeights: true, hardest: 5, reduction: 'none' },
  },
  'dcl of two tensors': { loss: 'dcl', numRows: 37, numCols: 61, embedDim: 16, labels: true },
  'dcl, one pair': { loss: 'dcl', numRows: 1, embedDim: 16 },
  'dcl of two views': { loss: 'dcl', numRows: 46, embedDim: 16, oneTensor: true },
  'dcl with options': {
    loss: 'dcl',
    numRows: 37,
    extraCols: 9,
    embedDim: 16,
    normalize: true,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.3,
  },
  'dclw of two tensors': { loss: 'dclw', numRows: 37, numCols: 61, embedDim: 16, labels: true },
  'dclw of two views': { loss: 'dclw', numRows: 46, embedDim: 16, oneTensor: true, sigma: 0.3 },
  // With this margin some rows have no negatives left, and still have a part in the weights of the others.
  'dclw, rows without negatives': {
    loss: 'dclw',
    numRows: 20,
    numCols: 21,
    embedDim: 12,
    logitScale: 1,
    falseNegativeMargin: 0,
  },
  'dclw, one pair': { loss: 'dclw', numRows: 1, embedDim: 16 },
  'soft-targets': { ...TAUGHT, numCols: 29 },
  'soft-targets, one pair': { ...TAUGHT, numRows: 1 },
  'soft-targets, scale 100 of both': { ...TAUGHT, logitScale: 100, teacherScale: 100 },
  'soft-targets, the loss alone': { ...TAUGHT, gradients: [] },
  'soft-targets with options': {
    loss: 'soft-targets',
    numRows: 37,
    numCols: 41,
    extraCols: 9,
    embedDim: 16,
    teacherDim: 24,
    teacherScale: 4,
    normalize: true,
    rowScales: true,
    rowWeights: true,
    softcap: 6,
    zLoss: 0.01,
    hardest: 3,
    reduction: 'none',
  },
  'capped, with z-loss': { numRows: 50, embedDim: 16, softcap: 5, zLoss: 0.02, labelSmoothing: 0.1 },
  'nt-xent, capped, with z-loss': {
    loss: 'nt-xent',
    numRows: 46,
    embedDim: 16,
    rowScales: true,
    softcap: 5,
    zLoss: 0.02,
  },
  vocabulary: { ...VOCABULARY, zLoss: 0.001 },
  'labels of each row': { ...VOCABULARY, labelSets: 3 },
  'labels of each row with options': {
    ...VOCABULARY,
    labelSets: 2,
    extraCols: 9,
    softcap: 8,
    zLoss: 0.01,
    labelSmoothing: 0.1,
    rowWeights: true,
    rowScales: true,
    normalize: true,
    reduction: 'sum',
  },
  'vocabulary with options': {
    ...VOCABULARY,
    softcap: 8,
    zLoss: 0.01,
    labelSmoothing: 0.1,
    rowWeights: true,
    rowNegatives: 2,
    normalize: true,
    reduction: 'sum',
  },
  'dclw with options': {
    loss: 'dclw',
    numRows: 37,
    embedDim: 16,
    normalize: true,
    rowScales: true,
    margin: 0.1,
    ids: true,
  },
});

const STAGED = { blockM: 32, blockN: 32, rows: 2, cols: 2, stageDepth: 8, vectorWidth: 1, colsV: 4 };
const LARGE_STAGED = { ...STAGED, blockM: 64, rows: 4 };
const SMALLEST = { ...SMALL, rows: 1, cols: 1, colsV: 1 };
const CHUNKS = { ...SMALL, chunkRows: 64 };

/** Several blocks of every tile. The slow ones take a CPU seconds to compile, so each loss has but some of them. */
const TILE_SHAPES: Readonly<Record<string, Corner<ContrastiveProblem>>> = Object.fromEntries(
  (
    [
      ['clip', [{}, LARGE_STAGED]],
      ['siglip', [{}, STAGED]],
      ['info-nce', [{}, STAGED]],
      ['sup-con', [STAGED]],
    ] as const
  ).map(([loss, slow]) => [
    `${loss}, tile shapes`,
    { problem: { loss, numRows: 139, embedDim: 37 }, params: [...slow, SMALLEST, CHUNKS] },
  ]),
);

/** Panels that the matrix does not fit into, and buffers that rows and columns do not. */
const PANELS: Readonly<Record<string, Corner<ContrastiveProblem>>> = Object.fromEntries(
  Object.entries<Partial<ContrastiveProblem>>({
    clip: { numRows: 139, extraCols: 20 },
    'info-nce': { loss: 'info-nce', numRows: 70, numCols: 139, normalize: true, labelSmoothing: 0.1 },
    siglip: { loss: 'siglip', numRows: 139 },
    f16: { numRows: 139, dtype: 'f16' },
    metrics: { numRows: 139, metrics: true, hardest: 4 },
    'soft-targets': { ...TAUGHT, numRows: 70, numCols: 139 },
  }).map(([name, problem]) => [
    `${name}, several panels and chunks`,
    {
      problem: { embedDim: 16, ...problem },
      params: [{ ...SMALL, panelSide: 36 }, { ...CHUNKS, panelSide: 36 }, CHUNKS],
    },
  ]),
);

const [STRAIGHT, STAGED_FOURS, DEEP_STAGE, BY_QUADS] = VECTOR_TILES.map((tile) => ({ ...tile, colsV: 4 }));

/** Loads of four elements: every way of loading with one loss, and with all of the others together. */
const LOADS: Readonly<Record<string, Corner<ContrastiveProblem>>> = Object.fromEntries(
  (
    [
      ['clip', { numRows: 45 }, [STRAIGHT, STAGED_FOURS, DEEP_STAGE, BY_QUADS]],
      ['clip, normalised', { numRows: 45, extraCols: 20, normalize: true }, [STRAIGHT, DEEP_STAGE]],
      ['info-nce', { loss: 'info-nce', numRows: 45, numCols: 61 }, [STAGED_FOURS, BY_QUADS]],
      ['f16', { numRows: 45, dtype: 'f16' }, [STRAIGHT, STAGED_FOURS]],
    ] as const
  ).map(([name, problem, tiles]) => [
    `${name}, loads of four`,
    { problem: { embedDim: 36, ...problem }, params: tiles.filter((tile) => tile !== undefined) },
  ]),
);

const ROWS = { numRows: 40, embedDim: 16 } as const;
const rows = (): Float32Array => normals(40 * 16, 1);

/** y is opposite to x, nearly. */
function opposite(): Arrays {
  const y = Float32Array.from({ length: 40 * 16 }, (_, at) => (at % 16 === 0 ? -1 : 0));
  return { x: y.map((value, at) => -value + (at % 16 === 1 ? 0.0005 * at : 0)), y };
}

function matched(): Arrays {
  return { x: rows(), y: rows() };
}

function twins(): Arrays {
  const half = rows().subarray(0, 20 * 16);
  return { x: Float32Array.from([...half, ...half]) };
}

const someZero = (): Arrays => ({ x: rows().fill(0, 0, 3 * 16) });

/** Inputs that have broken others. */
const TRAPS: Readonly<Record<string, Corner<ContrastiveProblem>>> = {
  ...Object.fromEntries(
    (['clip', 'info-nce', 'dcl'] as const).map((loss) => [
      `${loss}, all logits below -88`,
      { problem: { ...ROWS, loss, logitScale: 150 }, inputs: opposite },
    ]),
  ),
  ...Object.fromEntries(
    (['clip', 'info-nce', 'siglip'] as const).map((loss) => [
      `${loss}, every pair already matched`,
      { problem: { ...ROWS, loss, logitScale: 100, normalize: true }, inputs: matched },
    ]),
  ),
  ...Object.fromEntries(
    (['nt-xent', 'dcl'] as const).map((loss) => [
      `${loss} of two views, every pair already matched`,
      { problem: { ...ROWS, loss, logitScale: 100, normalize: true, oneTensor: true }, inputs: twins },
    ]),
  ),
  'every row dropped': {
    problem: { ...VOCABULARY, zLoss: 0.001 },
    inputs: () => ({ labels: withDropped(new Int32Array(37).fill(-100), -100) }),
  },
  'bce, rows without a label': {
    problem: LABELLED,
    inputs: () => ({ labels: withDropped(new Int32Array(3 * 37).fill(-100), -100) }),
  },
  'bce, a label twice': {
    problem: LABELLED,
    inputs: () => ({
      labels: withDropped(
        Int32Array.from({ length: 3 * 37 }, (_, at) => (at % 3 === 2 ? 60 : at % 37)),
        -100,
      ),
    }),
  },
  'zero rows': { problem: ROWS, inputs: someZero },
  'zero rows, normalised': { problem: { ...ROWS, normalize: true }, inputs: someZero },
  'duplicate rows': {
    problem: { ...ROWS, normalize: true },
    inputs: () => {
      const few = rows().map((_, at, all) => all[at % 32] ?? NaN);
      return { x: few, y: few };
    },
  },
  'rows whose squares leave the range of f32': {
    problem: { ...ROWS, normalize: true, gradients: [] },
    inputs: () => ({ x: rows().map((value, at) => value * (at < 200 ? 1e-25 : 1e25)) }),
  },
};

export const corners: Corners<ContrastiveProblem> = {
  quick: SMALL,
  corners: {
    primes: { problem: { numRows: 67, embedDim: 37, normalize: true } },
    ...SHAPES_AND_OPTIONS,
    ...TILE_SHAPES,
    ...PANELS,
    ...LOADS,
    ...TRAPS,
  },
  large: [1, 256, 2048].map((embedDim) => ({ numRows: 5000, embedDim })),
  random: randomContrastive,
};
