import type { Params } from '../../../core/variant.ts';
import { linePositives, lineSetups, lossPasses } from '../passes/lines.ts';
import { afterGradients, gradientPasses } from '../passes/gradients.ts';
import { chunksWithGradient, type Chunk } from '../passes/pass.ts';
import { rowNegativesPasses } from '../passes/row-negatives.ts';
import { statsPasses } from '../passes/statistics.ts';
import { partsBytes, workspaceBuffer } from '../passes/tiling.ts';
import { dataBuffers, lineFields } from '../passes/buffers.ts';
import { typedBuffer, floatBytes, type Pass, type Plan, type PlanBuffer } from '../../../core/plan.ts';
import { tileShape } from '../../../tile/tile-params.ts';
import { numLines, numOwnCols, type ContrastiveProblem } from '../problem.ts';

/** Rows or columns of the whole problem. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

/** One rank's part of a problem: its rows of x, and all columns by the rank that is their home. */
export interface RankPart {
  readonly problem: ContrastiveProblem;
  readonly params: Params;
  readonly rank: number;
  readonly rows: readonly Range[];
  readonly cols: readonly Range[];
}

const at = (ranges: readonly Range[], rank: number): Range => {
  const range = ranges[rank];
  if (range === undefined) throw new RangeError(`there is no rank ${rank}`);
  return range;
};

export const rowsOfRank = ({ rows, rank }: Pick<RankPart, 'rows' | 'rank'>): Range => at(rows, rank);
export const colsOfRank = ({ cols, rank }: Pick<RankPart, 'cols' | 'rank'>): Range => at(cols, rank);

/** How many of a rank's columns get a gradient. */
export const gradientRows = (problem: ContrastiveProblem, { first, count }: Range): number =>
  Math.max(0, Math.min(count, numOwnCols(problem) - first));

const ownRows = (part: RankPart): Chunk => ({ of: 'x', index: 0, ...rowsOfRank(part) });

/** The columns at hand. Of one tensor, visitors have a buffer of their own beside that of the rank's rows. */
const columns = (part: RankPart, home: number): Chunk => ({
  ...(part.problem.oneTensor === true
    ? ({ of: 'x', index: home === part.rank ? 0 : 1 } as const)
    : ({ of: 'y', index: 0 } as const)),
  ...at(part.cols, home),
});

/** The buffer that columns on a visit are written into. */
export const visitorBuffer = ({ problem }: RankPart): string => (problem.oneTensor === true ? 'x[1]' : 'y');

const largest = (ranges: readonly Range[]): number => Math.max(...ranges.map(({ count }) => count));

/** Buffers of a rank, in the sizes of its part. All live as long as the call. */
export function rankBuffers(part: RankPart): PlanBuffer[] {
  const { problem, rows, cols } = part;
  const { embedDim, rowNegatives = 0, oneTensor } = problem;
  const own = rowsOfRank(part).count;
  const most = largest(cols);
  const sizes: Readonly<Record<string, number>> = {
    x: largest(rows) * embedDim,
    y: most * embedDim,
    rowNegatives: own * rowNegatives * embedDim,
    xGrad: own * embedDim,
    yGrad: most * embedDim,
  };
  const planned = dataBuffers(problem).map((buffer): PlanBuffer => {
    const size = sizes[buffer.name];
    return size === undefined ? buffer : { ...buffer, bytes: floatBytes(size) };
  });
  const visitor = typedBuffer('workspace', 'x[1]', 'f32', most * embedDim);
  return oneTensor === true ? [...planned, visitor] : planned;
}

/** Bytes of a rank's buffers that are neither its rows and columns nor their gradients. */
export const extraBytes = (part: RankPart): number => {
  const own = ['x', 'y', 'rowNegatives', 'xGrad', 'yGrad'];
  return rankBuffers(part)
    .filter(({ name }) => !own.includes(name))
    .reduce((sum, { bytes }) => sum + bytes, 0);
};

/** Bytes of the lines of the whole problem. */
export const allLineBytes = (problem: ContrastiveProblem): number =>
  floatBytes(lineFields(problem).length * numLines(problem));

/** A plan over the rank's buffers. Of one tensor, rows and visitors are two chunks of x. */
function planOf(part: RankPart, passes: Pass[], workspace: PlanBuffer[] = []): Plan {
  const buffers = rankBuffers(part)
    .filter(({ name }) => name !== 'x[1]')
    .map((buffer) =>
      buffer.name === 'x' && part.problem.oneTensor === true
        ? { ...buffer, bytes: 2 * buffer.bytes, chunkBytes: buffer.bytes }
        : buffer,
    );
  return { buffers: [...buffers, ...workspace], passes };
}

/** Lines of the rank's rows and columns, before anything else. */
export const setupPlan = (part: RankPart): Plan =>
  planOf(
    part,
    lineSetups(part.problem, [
      ownRows(part),
      ...(part.problem.oneTensor === true ? [] : [columns(part, part.rank)]),
    ]),
  );

/** Positives among the columns at hand. Visitors' lines are set up for it. */
export const positivesPlan = (part: RankPart, home: number): Plan =>
  planOf(part, [
    ...(home === part.rank ? [] : lineSetups(part.problem, [columns(part, home)])),
    ...linePositives(part.problem, [ownRows(part)], [columns(part, home)]),
  ]);

/** Statistics of the rank's rows over the columns at hand, and of these columns over the rows. */
export function statsPlan(part: RankPart, home: number): Plan {
  const { problem, params } = part;
  const [rows, cols] = [[ownRows(part)], [columns(part, home)]];
  const tile = tileShape(params);
  const panel = workspaceBuffer('panel', partsBytes(problem, tile, rows, cols));
  return planOf(part, statsPasses(problem, tile, rows, cols), panel);
}

/** Negatives of single rows, into the statistics. */
export const rowNegativesPlan = (part: RankPart): Plan =>
  planOf(part, rowNegativesPasses(part.problem, [ownRows(part)], 'stats'));

/** The losses of all lines, from merged statistics. Every rank computes them: all need what gradients are made of. */
export const lossPlan = (part: RankPart): Plan => planOf(part, lossPasses(part.problem, []));

/**
 * The columns at hand into the gradient of the rank's rows; and into `yGrad`, from 0 on, what the rank's rows add to the
 * gradient of these columns. The home columns come first.
 */
export function gradientPlan(part: RankPart, home: number): Plan {
  const { problem, params } = part;
  const [rows, cols] = [ownRows(part), columns(part, home)];
  return planOf(part, [
    ...gradientPasses(problem, params, 'x', [rows], [cols], colsOfRank(part).first),
    ...gradientPasses(problem, params, 'y', chunksWithGradient(problem, [cols]), [rows], rows.first),
  ]);
}

/** After the last columns, once the home columns and their whole gradient are back. */
export const finishPlan = (part: RankPart): Plan =>
  planOf(part, afterGradients(part.problem, [ownRows(part)], [columns(part, part.rank)]));
