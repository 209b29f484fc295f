import { requireFinite } from '../../core/checks.ts';
import { ShapeError, throwIfAborted, UnsupportedError } from '../../core/errors.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import { floatTensor, formatShape, type FloatTensor, type Tensor } from '../../core/tensor.ts';
import { MOST_LISTED } from '../../operations/retrieve/limits.ts';
import type { CallOptions, LabApi } from '../../worker/api.ts';
import {
  addRows,
  askedFor,
  chosenRows,
  hostRows,
  requireFiniteRows,
  requireSameShape,
  rowDot,
  type HostRows,
} from './host-rows.ts';

/** One call of `filteredLoss`. */
export interface FilteredArgs {
  /** [N, D] */
  readonly x: Tensor;
  /** [N, D]: row i is the positive of row i of x. */
  readonly y: Tensor;
  /** Embeddings of the rows of `x` and `y` by a second model, which does not learn: [N, E] each. E may differ from D. */
  readonly surrogate: { readonly x: Tensor; readonly y: Tensor };
  /**
   * Row j of y is left out of the negatives of row i of x where the second model's inner product of the two is at least that of row i and its positive,
   * plus `margin`. Below 0, rows that are a little less similar than the positive are left out as well. Default 0.
   */
  readonly margin?: number;
  /** Factor of the inner products of x and y. Default 1/0.07. */
  readonly logitScale?: number;
}

export interface FilteredResult {
  /** The mean over the rows. */
  readonly loss: number;
  readonly xGrad: FloatTensor;
  readonly yGrad: FloatTensor;
  readonly logitScaleGrad: number;
  /** For each row of x, the rows of y that are left out of its negatives, ascending. */
  readonly leftOut: readonly (readonly number[])[];
  /** How many calls of `lab.contrastive` the loss took. */
  readonly calls: number;
}

const ARGUMENTS = argumentNames<FilteredArgs>({
  x: true,
  y: true,
  surrogate: true,
  margin: true,
  logitScale: true,
});

/** Columns that the first search lists for each row. */
const FIRST_LISTED = 16;
/** Relative distance of a score in f32 from the limit, within which float64 decides. */
const SLACK = 1e-4;

/**
 * info-nce without the negatives that a surrogate model finds at least as similar as the positive: batches of neighbours hold many positives
 * that nobody labelled. Morris and Rush, "Contextual Document Embeddings" (2024), equation 4, where the margin is 0.
 *
 * Searches among the surrogate's embeddings list those columns, and nothing of N × N is stored. The loss is one call of `lab.contrastive` for rows whose
 * lists share no column, in which the columns of a list have equal `ids`: each row is in one call, and every call has all columns.
 * @throws ShapeError naming the argument; UnsupportedError where more than 1024 columns would be left out of a row; as `lab.contrastive`
 */
export async function filteredLoss(
  lab: Pick<LabApi, 'contrastive' | 'retrieve'>,
  args: FilteredArgs,
  options: Pick<CallOptions, 'signal' | 'variant' | 'params'> = {},
): Promise<FilteredResult> {
  requireKnown(args, ARGUMENTS);
  const { margin = 0, logitScale } = args;
  requireFinite('margin', margin);
  const [x, y] = [hostRows('x', args.x), hostRows('y', args.y)];
  requireSameShape('y', y, x);
  const surrogate = surrogateRows(args.surrogate, x.numRows);
  const leftOut = await columnsLeftOut(lab, surrogate, margin, options);
  const { embedDim, numRows } = x;
  const [xGrad, yGrad] = [new Float64Array(x.data.length), new Float64Array(y.data.length)];
  const calls = disjointCalls(leftOut);
  let [loss, logitScaleGrad] = [0, 0];
  for (const rows of calls) {
    throwIfAborted(options.signal);
    const found = await lab.contrastive(
      {
        ...{ loss: 'info-nce', x: chosenRows(x, rows), y: floatTensor([numRows, embedDim], y.data) },
        ...{ labels: Uint32Array.from(rows), ids: idsOf(leftOut, rows), reduction: 'sum' },
        ...(logitScale !== undefined && { logitScale }),
        gradients: ['x', 'y', 'logitScale'],
      },
      options,
    );
    loss += found.loss / numRows;
    logitScaleGrad += (found.logitScaleGrad ?? NaN) / numRows;
    addRows(xGrad, askedFor(found.xGrad), rows, 1 / numRows);
    found.yGrad?.data.forEach((value, at) => (yGrad[at] = (yGrad[at] ?? NaN) + value / numRows));
  }
  const gradient = (sums: Float64Array) => floatTensor([numRows, embedDim], Float32Array.from(sums));
  return {
    ...{ loss, logitScaleGrad, leftOut, calls: calls.length },
    ...{ xGrad: gradient(xGrad), yGrad: gradient(yGrad) },
  };
}

interface Surrogate {
  readonly x: HostRows;
  readonly y: HostRows;
}

function surrogateRows(given: FilteredArgs['surrogate'] | undefined, numRows: number): Surrogate {
  const x = hostRows('surrogate.x', given?.x);
  const y = hostRows('surrogate.y', given?.y);
  if (x.numRows !== numRows) {
    throw new ShapeError(
      'surrogate.x',
      formatShape([numRows, x.embedDim]),
      formatShape([x.numRows, x.embedDim]),
    );
  }
  requireSameShape('surrogate.y', y, x);
  requireFiniteRows('surrogate.x', x);
  requireFiniteRows('surrogate.y', y);
  return { x, y };
}

/** For each row, the columns but its positive that are similar enough, ascending: longer lists are asked for until each holds them all. */
async function columnsLeftOut(
  lab: Pick<LabApi, 'retrieve'>,
  { x, y }: Surrogate,
  margin: number,
  { signal }: Pick<CallOptions, 'signal'>,
): Promise<number[][]> {
  const { numRows, embedDim } = x;
  const shape = [numRows, embedDim];
  const limits = Array.from({ length: numRows }, (_, row) => rowDot(x, row, y, row) + margin);
  for (let k = Math.min(FIRST_LISTED, numRows); ; k = Math.min(4 * k, numRows, MOST_LISTED)) {
    throwIfAborted(signal);
    const tensors = { query: floatTensor(shape, x.data), document: floatTensor(shape, y.data) };
    const { indices, scores } = await lab.retrieve({ ...tensors, k }, { ...(signal && { signal }) });
    const isWhole = limits.every((limit, row) => {
      const last = scores.data[row * k + k - 1] ?? NaN;
      return last < limit - SLACK * (1 + Math.abs(limit));
    });
    if (isWhole || k === numRows) {
      return limits.map((limit, row) =>
        [...indices.data.subarray(row * k, (row + 1) * k)]
          .filter((column) => column !== row && rowDot(x, row, y, column) >= limit)
          .sort((a, b) => a - b),
      );
    }
    if (k === MOST_LISTED) {
      throw new UnsupportedError(
        `margin ${margin}: of a row more than ${MOST_LISTED} columns would be left out; take a larger margin or a smaller batch`,
      );
    }
  }
}

/** Rows in as few calls as a greedy choice finds, so that no column is in the lists of two rows of a call. A row's list has its positive. */
function disjointCalls(leftOut: readonly (readonly number[])[]): number[][] {
  const calls: { readonly rows: number[]; readonly taken: Set<number> }[] = [];
  for (const [row, list] of leftOut.entries()) {
    const own = [row, ...list];
    let call = calls.find(({ taken }) => own.every((column) => !taken.has(column)));
    if (call === undefined) calls.push((call = { rows: [], taken: new Set() }));
    call.rows.push(row);
    for (const column of own) call.taken.add(column);
  }
  return calls.map(({ rows }) => rows);
}

/** An id for each column: that of its row's list, or one of its own. */
function idsOf(leftOut: readonly (readonly number[])[], rows: readonly number[]): Uint32Array {
  const ids = Uint32Array.from(leftOut, (_, column) => column);
  for (const row of rows) for (const column of leftOut[row] ?? []) ids[column] = row;
  return ids;
}
