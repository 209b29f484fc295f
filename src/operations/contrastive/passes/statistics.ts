import { ceilDiv, read, readWrite, type Pass } from '../../../core/plan.ts';
import { tileSpec, type TileShape } from '../../../tile/tile-params.ts';
import { lossOf } from '../losses/index.ts';
import { similarityFlops, tileWork, type ContrastiveProblem } from '../problem.ts';
import { contrastivePass, rowsOf, targetSpec, walked, type Chunk } from './pass.ts';
import { panelsOf, statsWidth } from './tiling.ts';

const WORKGROUP_SIZE = 64;

/** Whether anything needs statistics of the lines. */
export const hasStats = ({ loss, metrics, hardest }: ContrastiveProblem): boolean =>
  !lossOf(loss).pairwise || metrics === true || hardest !== undefined;

/** Constants and bindings that list the hardest negatives of rows, in a pass that sees their logits. */
export const hardestSpec = ({ hardest }: ContrastiveProblem) => ({
  constants: { TOP: hardest ?? 1 },
  bindings: hardest === undefined ? [] : readWrite('hardestLogits', 'hardestPlaces'),
});

/** Other outputs of the passes that make statistics. */
interface StatsOptions {
  /** Keeps the dot products in `panel`: rows and columns are one chunk each. */
  readonly keepDots?: boolean;
}

/** 1 U: the statistics of all lines that have any. None for a loss without softmax. */
export function statsPasses(
  problem: ContrastiveProblem,
  tile: TileShape,
  rowChunks: readonly Chunk[],
  colChunks: readonly Chunk[],
  options: StatsOptions = {},
): Pass[] {
  if (!hasStats(problem)) return [];
  return rowChunks.flatMap((own) =>
    colChunks.flatMap((other) => statsOf(problem, tile, own, other, options)),
  );
}

function statsOf(
  problem: ContrastiveProblem,
  tile: TileShape,
  own: Chunk,
  other: Chunk,
  { keepDots = false }: StatsOptions,
): Pass[] {
  const { embedDim, numRows, numCols } = problem;
  const { symmetric } = lossOf(problem.loss);
  const rowBlocks = ceilDiv(own.count, tile.blockM);
  const { conditions, constants, modules } = tileSpec(tile, embedDim);
  const hardest = hardestSpec(problem);
  const teacher = targetSpec(problem, own, other);
  const parts = keepDots ? 'columnParts' : 'panel';
  return panelsOf(other.count, statsWidth(problem, tile, rowBlocks)).flatMap((panel) => {
    const work = (tileWork(problem) * own.count * panel.count) / (numRows * numCols);
    const stats = contrastivePass(problem, {
      label: 'tiled stats',
      shader: 'contrastive/tiled_stats',
      conditions,
      constants: { ...constants, ...hardest.constants, ...teacher.constants },
      modules: { ...modules, dots: `contrastive/lib/dots/${keepDots ? 'computed_and_kept' : 'computed'}` },
      bindings: [
        rowsOf(own, 'left'),
        walked(other, 'right', panel, rowBlocks),
        ...readWrite('lines', {
          ...(symmetric && { col_parts: parts }),
          ...(keepDots && { panel_dots: 'panel' }),
        }),
        ...hardest.bindings,
        ...teacher.bindings,
      ],
      workgroups: rowBlocks,
      flops: work * similarityFlops(problem),
      work,
      own,
      other,
      panel,
    });
    if (!symmetric) return [stats];
    const columns = contrastivePass(problem, {
      label: 'tiled columns',
      shader: 'contrastive/tiled_columns',
      constants: { WORKGROUP_SIZE },
      bindings: [...read({ col_parts: parts }), ...readWrite('lines')],
      workgroups: ceilDiv(panel.count, WORKGROUP_SIZE),
      flops: 10 * rowBlocks * panel.count,
      own,
      other,
      panel,
      rowBlocks,
    });
    return [stats, columns];
  });
}
