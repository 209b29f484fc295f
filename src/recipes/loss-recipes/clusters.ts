import { requireCount } from '../../core/checks.ts';
import { ShapeError, throwIfAborted } from '../../core/errors.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import { uniformStream } from '../../core/random.ts';
import { floatTensor, type FloatTensor, type Tensor } from '../../core/tensor.ts';
import type { CallOptions, LabApi } from '../../worker/api.ts';
import { hostRows, requireFiniteRows, type HostRows } from './host-rows.ts';

/** One call of `clusterRows`. */
export interface ClusterArgs {
  /** [N, D] */
  readonly rows: Tensor;
  /** How many clusters, at most N. */
  readonly count: number;
  /** The most turns; fewer where no row changes its cluster any more. Default 10. */
  readonly turns?: number;
  /** Of the rows that the first centres are. Default 1. */
  readonly seed?: number;
}

/** Rows in clusters. */
export interface Clusters {
  /** [count, D], the mean of each cluster's rows. One that lost its rows keeps its place. */
  readonly centres: FloatTensor;
  /** The cluster of each row; of equally near ones, the lower. */
  readonly clusterOf: Uint32Array;
  /** Turns that were made. */
  readonly turns: number;
}

const ARGUMENTS = argumentNames<ClusterArgs>({ rows: true, count: true, turns: true, seed: true });

/**
 * k-means by Euclidean distance (Lloyd). Each turn finds the nearest centre of every row by one search on the GPU, which stores no distances, and the
 * means on the host. The rows stay on the device meanwhile.
 * @throws ShapeError naming the argument; as `lab.retrieve`
 */
export async function clusterRows(
  lab: Pick<LabApi, 'retrieve' | 'upload' | 'release'>,
  args: ClusterArgs,
  { signal }: Pick<CallOptions, 'signal'> = {},
): Promise<Clusters> {
  requireKnown(args, ARGUMENTS, { k: 'count', clusters: 'count', document: 'rows' });
  const { count, turns = 10, seed = 1 } = args;
  const rows = hostRows('rows', args.rows);
  requireCount('turns', turns);
  requireFiniteRows('rows', rows);
  if (!(Number.isInteger(count) && count >= 1 && count <= rows.numRows)) {
    throw new ShapeError('count', `a whole number from 1 to the ${rows.numRows} rows`, String(count));
  }
  const query = await lab.upload(widened(rows, () => 1));
  try {
    let centres = firstCentres(rows, count, seed);
    let clusterOf = new Uint32Array();
    for (let turn = 1; ; turn++) {
      throwIfAborted(signal);
      const { indices } = await lab.retrieve(
        { query, document: widened(centres, (row) => -squares(centres, row) / 2), k: 1 },
        { ...(signal && { signal }) },
      );
      const before = clusterOf;
      clusterOf = Uint32Array.from(indices.data);
      const settled = before.length > 0 && before.every((cluster, row) => cluster === clusterOf[row]);
      if (!settled) centres = meansOf(rows, clusterOf, centres);
      if (settled || turn === turns) {
        return { centres: floatTensor([count, rows.embedDim], centres.data), clusterOf, turns: turn };
      }
    }
  } finally {
    lab.release(query);
  }
}

/** The order in which batches of neighbours are drawn, as `clusteredBatches` takes it. */
export interface BatchOrder {
  readonly clusterOf: ArrayLike<number>;
  /** Rows of a batch. */
  readonly batch: number;
  /** Default 1. Another one for each epoch gives other batches. */
  readonly seed?: number;
}

/**
 * Batches whose rows are neighbours, so that they are hard negatives of each other: clusters in a random order, each with its rows
 * in a random order, cut every `batch` rows, and the batches shuffled. What remains after the last whole batch is left out.
 * Dahiya et al., "NGAME" (2023); Morris and Rush, "Contextual Document Embeddings" (2024).
 * @returns the rows of each batch
 * @throws ShapeError naming the argument
 */
export function clusteredBatches({ clusterOf, batch, seed = 1 }: BatchOrder): Uint32Array[] {
  const numRows = clusterOf.length;
  if (!(Number.isInteger(batch) && batch >= 1 && batch <= numRows)) {
    throw new ShapeError('batch', `a whole number from 1 to the ${numRows} rows`, String(batch));
  }
  const uniform = uniformStream(seed);
  const lists = new Map<number, number[]>();
  Array.from(clusterOf).forEach((cluster, row) => {
    const list = lists.get(cluster) ?? [];
    list.push(row);
    lists.set(cluster, list);
  });
  const order = shuffled([...lists.values()], uniform).flatMap((list) => shuffled(list, uniform));
  const batches = Array.from({ length: Math.floor(numRows / batch) }, (_, at) =>
    Uint32Array.from(order.slice(at * batch, (at + 1) * batch)),
  );
  return shuffled(batches, uniform);
}

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], uniform: () => number): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

/** Rows with one element more, which makes the largest inner product that of the nearest centre: ⟨x, c⟩ − |c|² / 2. */
function widened({ data, numRows, embedDim }: HostRows, last: (row: number) => number): FloatTensor {
  // Four elements more keep rows of whole vectors.
  const width = embedDim + (embedDim % 4 === 0 ? 4 : 1);
  const wide = new Float32Array(numRows * width);
  for (let row = 0; row < numRows; row++) {
    wide.set(data.subarray(row * embedDim, (row + 1) * embedDim), row * width);
    wide[row * width + embedDim] = last(row);
  }
  return floatTensor([numRows, width], wide);
}

function squares({ data, embedDim }: HostRows, row: number): number {
  let sum = 0;
  for (let d = 0; d < embedDim; d++) sum += (data[row * embedDim + d] ?? NaN) ** 2;
  return sum;
}

/** Different rows, drawn at random. */
function firstCentres({ data, numRows, embedDim }: HostRows, count: number, seed: number): HostRows {
  const chosen = shuffled(
    Array.from({ length: numRows }, (_, row) => row),
    uniformStream(seed),
  ).slice(0, count);
  const centres = new Float32Array(count * embedDim);
  for (const [at, row] of chosen.entries()) {
    centres.set(data.subarray(row * embedDim, (row + 1) * embedDim), at * embedDim);
  }
  return { data: centres, numRows: count, embedDim };
}

function meansOf({ data, embedDim }: HostRows, clusterOf: Uint32Array, before: HostRows): HostRows {
  const sums = new Float64Array(before.data.length);
  const sizes = new Float64Array(before.numRows);
  clusterOf.forEach((cluster, row) => {
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    for (let d = 0; d < embedDim; d++) {
      const at = cluster * embedDim + d;
      sums[at] = (sums[at] ?? 0) + (data[row * embedDim + d] ?? NaN);
    }
  });
  const centres = before.data.map((value, at) => {
    const size = sizes[Math.floor(at / embedDim)] ?? 0;
    return size === 0 ? value : (sums[at] ?? NaN) / size;
  });
  return { ...before, data: centres };
}
