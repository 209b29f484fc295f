import { ShapeError } from '../../core/errors.ts';
import type { Arrays } from '../../core/variant.ts';
import { lossOf } from './losses/index.ts';
import { numLines, numOwnCols, type ContrastiveProblem } from './problem.ts';

/** What the caller knows of rows and columns beside their embeddings. */
export interface LineOptions {
  /** The positive column of each row; the class of each row for losses with classes. */
  readonly labels?: ArrayLike<number> | undefined;
  /** One of each column (or of those with a gradient alone: the others are unique), or row of a single tensor. */
  readonly ids?: ArrayLike<number> | undefined;
  /** One of each row. */
  readonly scales?: ArrayLike<number> | undefined;
}

/**
 * The kernels' view of them, one word a line, rows before columns: lines with equal keys are positives, those with
 * equal ids are no negatives.
 * @throws ShapeError naming the argument
 */
export function lineInputs(problem: ContrastiveProblem, { labels, ids, scales }: LineOptions): Arrays {
  return {
    ...(labels && { keys: keysOf(problem, labels) }),
    ...(ids && { ids: idsOf(problem, ids, labels) }),
    ...(scales && { scales: scalesOf(problem, scales) }),
  };
}

function keysOf(problem: ContrastiveProblem, labels: ArrayLike<number>): Uint32Array {
  const { numRows, loss } = problem;
  const classes = lossOf(loss).labels === 'classes';
  const most = classes ? 2 ** 32 - 1 : numOwnCols(problem) - 1;
  requireEach(
    'labels',
    labels,
    [numRows],
    (label) => Number.isInteger(label) && label >= 0 && label <= most,
    () => (classes ? `whole numbers from 0 to ${most} (2³² − 1)` : `columns from 0 to ${most}`),
  );
  const keys = new Uint32Array(numLines(problem));
  for (let i = 0; i < numRows; i++) keys[i] = labels[i] ?? 0;
  for (let line = numRows; line < keys.length; line++) keys[line] = line - numRows;
  return keys;
}

function idsOf(problem: ContrastiveProblem, ids: ArrayLike<number>, labels?: ArrayLike<number>): Uint32Array {
  const { numRows, numCols, oneTensor } = problem;
  const lengths = oneTensor === true ? [numRows] : [...new Set([numOwnCols(problem), numCols])];
  requireEach('ids', ids, lengths, Number.isSafeInteger, () => 'whole numbers of at most ±(2⁵³ − 1)');
  // Any integers, told apart by small ones.
  const known = new Map<number, number>();
  const small = Array.from({ length: oneTensor === true ? numRows : numCols }, (_, column) => {
    const id = ids[column];
    if (id === undefined) return known.size + column + numCols;
    if (!known.has(id)) known.set(id, known.size);
    return known.get(id) ?? 0;
  });
  if (oneTensor === true) return Uint32Array.from(small);
  const ofRows = Array.from({ length: numRows }, (_, i) => small[labels?.[i] ?? i] ?? 0);
  return Uint32Array.from([...ofRows, ...small]);
}

function scalesOf(problem: ContrastiveProblem, scales: ArrayLike<number>): Float32Array {
  const positive = problem.falseNegativeMargin !== undefined;
  const divides = lossOf(problem.loss).dividesByScale === true;
  requireEach(
    'logitScale',
    scales,
    [problem.numRows],
    (scale) => Number.isFinite(scale) && (!positive || scale > 0) && (!divides || scale !== 0),
    () => (positive ? 'positive numbers' : divides ? 'finite numbers that are not 0' : 'finite numbers'),
  );
  const all = new Float32Array(numLines(problem)).fill(1);
  all.set(Float32Array.from(scales), 0);
  return all;
}

function requireEach(
  argument: string,
  values: ArrayLike<number>,
  lengths: readonly number[],
  fits: (value: number) => boolean,
  wanted: () => string,
): void {
  if (!lengths.includes(values.length)) {
    throw new ShapeError(argument, `${lengths.join(' or ')} values`, `${values.length}`);
  }
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? NaN;
    if (!fits(value)) throw new ShapeError(argument, wanted(), `${value} at ${at}`);
  }
}
