import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import type { Call, Part } from '../../core/operation.ts';
import { requireOneOf } from '../../core/checks.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import { lineInputs } from './lines.ts';
import { LOSSES, lossOf } from './losses/index.ts';
import { contrastiveProblem } from './fill-problem.ts';
import { requireLogitsInRange } from './logit-size.ts';
import type { ContrastiveProblem } from './problem.ts';
import {
  describe,
  endToEnd,
  requireShape,
  requireTensor,
  type AnyTensor,
  type FloatOperand,
} from '../../core/tensor.ts';
import type { ContrastiveArgs, ContrastiveResult, Indices } from './api.ts';
import { prefixCalls, sumOfPrefixes } from './matryoshka.ts';
import { contrastiveResult, plainOutputs } from './result.ts';

/**
 * Checks the arguments of `lab.contrastive` and splits them, with `prefixDims` into one problem for each prefix.
 * @throws ShapeError naming the argument, UnsupportedError naming a combination that makes no sense
 */
export function contrastiveCall(args: ContrastiveArgs): Call<ContrastiveProblem, ContrastiveResult> {
  const parts = prefixCalls(args).map(readContrastive);
  return {
    parts,
    result(ran) {
      const results = ran.map(({ outputs, run }, index) => {
        const part = parts[index];
        if (part === undefined) throw new RangeError(`result ${index} belongs to no problem`);
        return contrastiveResult(part.problem, outputs, run);
      });
      const [only] = results;
      if (args.prefixDims === undefined && only !== undefined) return only;
      return sumOfPrefixes(results, args.x.shape[1] ?? 0);
    },
  };
}

const ARGUMENTS = argumentNames<ContrastiveArgs>({
  loss: true,
  x: true,
  y: true,
  labels: true,
  logitScale: true,
  logitBias: true,
  normalize: true,
  labelSmoothing: true,
  margin: true,
  ids: true,
  falseNegativeMargin: true,
  hardNegatives: true,
  queue: true,
  prefixDims: true,
  sigma: true,
  metrics: true,
  hardest: true,
  gradients: true,
  reduction: true,
});

const OTHER_NAMES = {
  temperature: 'logitScale',
  tau: 'logitScale',
  bias: 'logitBias',
  normalise: 'normalize',
  negatives: 'hardNegatives',
  targets: 'labels',
  matryoshkaDims: 'prefixDims',
};

/** The problem and the data of a loss over whole embeddings. */
export function readContrastive(args: ContrastiveArgs): Part<ContrastiveProblem> {
  requireKnown(args, ARGUMENTS, OTHER_NAMES);
  requireOneOf('loss', args.loss, LOSSES);
  const { logitScale, gradients = [], reduction, normalize = false, metrics = false } = args;
  if (!Array.isArray(gradients)) throw new ShapeError('gradients', 'a list', describe(gradients));
  if (typeof normalize !== 'boolean') throw new ShapeError('normalize', 'true or false', describe(normalize));
  if (typeof metrics !== 'boolean') throw new ShapeError('metrics', 'true or false', describe(metrics));
  const x = requireTensor('x', args.x, 2);
  const [numRows = 0, embedDim = 0] = x.shape;
  const below = extraTensors(args, embedDim);
  const y = secondTensor(args, embedDim);
  const own = ownNegatives(args, x);
  const labels = indices('labels', args.labels);
  const ids = indices('ids', args.ids);
  const classes = lossOf(args.loss).labels === 'classes';
  if (classes && labels === undefined) throw new ShapeError('labels', `${numRows} classes`, 'nothing');
  const extraCols = below.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const rowScales = scalesOf(logitScale);
  const problem = contrastiveProblem({
    loss: args.loss,
    embedDim,
    numRows,
    numCols: y === undefined ? numRows : (y.shape[0] ?? 0) + extraCols,
    gradients,
    oneTensor: y === undefined,
    labels: labels !== undefined && !classes,
    ids: ids !== undefined,
    normalize,
    metrics,
    rowScales: rowScales !== undefined,
    ...(typeof logitScale === 'number' && { logitScale }),
    ...(extraCols > 0 && { extraCols }),
    ...(own && { rowNegatives: own.shape[1] ?? 0 }),
    ...(reduction !== undefined && { reduction }),
    ...numbers(args),
  });
  const inputs = {
    x: x.data,
    ...(y && { y: endToEnd([y, ...below].map(({ data }) => data)) }),
    ...(own && { rowNegatives: own.data }),
    ...lineInputs(problem, { labels, ids, scales: rowScales }),
  };
  requireLogitsInRange(problem, inputs);
  return { problem, readBack: plainOutputs(problem), inputs };
}

const NUMBERS = ['logitBias', 'labelSmoothing', 'margin', 'falseNegativeMargin', 'sigma', 'hardest'] as const;

function numbers(args: ContrastiveArgs): Partial<ContrastiveProblem> {
  return Object.fromEntries(
    NUMBERS.flatMap((name) => {
      const value = args[name];
      if (value === undefined) return [];
      if (typeof value !== 'number') throw new ShapeError(name, 'a number', describe(value));
      return [[name, value]];
    }),
  );
}

function scalesOf(logitScale: unknown): Float32Array | undefined {
  if (logitScale === undefined || typeof logitScale === 'number') return undefined;
  if (logitScale instanceof Float32Array) return logitScale;
  throw new ShapeError('logitScale', 'a number, or a Float32Array with one per row', describe(logitScale));
}

/** y, unless the loss is of x alone. */
function secondTensor({ loss, y }: ContrastiveArgs, embedDim: number): FloatOperand | undefined {
  const { oneTensor } = lossOf(loss);
  if (oneTensor === true && y !== undefined) {
    throw new UnsupportedError(`y makes no sense with loss '${loss}', which compares the rows of x`);
  }
  if (y === undefined && oneTensor !== false) return undefined;
  const tensor = requireTensor('y', y, 2);
  requireShape('y', tensor, [tensor.shape[0] ?? 0, embedDim]);
  return tensor;
}

/** Negatives that each row has for itself: [N, K, D]. */
function ownNegatives({ hardNegatives }: ContrastiveArgs, x: FloatOperand): FloatOperand | undefined {
  if (hardNegatives === undefined || !isPerRow(hardNegatives)) return undefined;
  const tensor = requireTensor('hardNegatives', hardNegatives, 3);
  const [numRows = 0, embedDim = 0] = x.shape;
  requireShape('hardNegatives', tensor, [numRows, tensor.shape[1] ?? 0, embedDim]);
  return tensor;
}

const isPerRow = (tensor: AnyTensor | null): boolean =>
  Array.isArray(tensor?.shape) && tensor.shape.length === 3;

/** What stands below y: negatives of every row. */
function extraTensors(args: ContrastiveArgs, embedDim: number): FloatOperand[] {
  return (['hardNegatives', 'queue'] as const).flatMap((name) => {
    const given = args[name];
    if (given === undefined || (name === 'hardNegatives' && isPerRow(given))) return [];
    if (args.y === undefined) {
      throw new UnsupportedError(`${name} makes no sense without y: rows and columns are the same tensor`);
    }
    const tensor = requireTensor(name, given, 2);
    requireShape(name, tensor, [tensor.shape[0] ?? 0, embedDim]);
    return [tensor];
  });
}

function indices(argument: string, values: Indices | undefined): ArrayLike<number> | undefined {
  if (values === undefined) return undefined;
  const list: unknown = values;
  if (Array.isArray(list) || list instanceof Uint32Array || list instanceof Int32Array) return values;
  throw new ShapeError(argument, 'a list of whole numbers', describe(list));
}
