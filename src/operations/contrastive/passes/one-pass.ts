import type { Params } from '../../../core/variant.ts';
import { ceilDiv, read, readWrite, type Pass } from '../../../core/plan.ts';
import { tileShape } from '../../../tile/tile-params.ts';
import { lossOf } from '../losses/index.ts';
import { hasTargets, similarityFlops, type ContrastiveProblem } from '../problem.ts';
import { termsOf } from './gradients.ts';
import { contrastivePass, gradientOf, rowsOf, walked, type Chunk } from './pass.ts';
import { gradientSpec, paceWidth, panelsOf } from './tiling.ts';

/**
 * Whether x's gradient comes out of the sweep that finds the statistics: with a softmax along rows alone, one
 * positive a row, a target on it alone, and logits that are linear. Negatives of a single row come later, and metrics are counted beside statistics alone.
 */
export function runsInOnePass(problem: ContrastiveProblem): boolean {
  const { loss, gradients, oneTensor, labelSmoothing, metrics, hardest, rowNegatives, softcap } = problem;
  const { symmetric, pairwise, labels } = lossOf(loss);
  const plainRows =
    !symmetric && !pairwise && labels !== 'classes' && !hasTargets(problem) && oneTensor !== true;
  const counted = labelSmoothing !== undefined || metrics === true || hardest !== undefined;
  return (
    plainRows && !counted && rowNegatives === undefined && softcap === undefined && gradients.includes('x')
  );
}

const WORKGROUP_SIZE = 64;

/** 2 U for the statistics and x's gradient, and what finishes the latter once the losses are known. */
export function onePassPasses(
  problem: ContrastiveProblem,
  params: Params,
  rowChunks: readonly Chunk[],
  colChunks: readonly Chunk[],
): { stats: Pass[]; finish: Pass[] } {
  const tile = tileShape(params);
  const { embedDim, numRows, numCols } = problem;
  const terms = termsOf(problem, 'x');
  const { conditions, constants, modules } = gradientSpec(problem, params);
  const sweep = (own: Chunk, other: Chunk): Pass[] =>
    panelsOf(other.count, paceWidth(tile, 4 * embedDim)).map((panel) => {
      const work = (2 * own.count * panel.count) / (numRows * numCols);
      return contrastivePass(problem, {
        label: 'tiled stats and xGrad',
        shader: 'contrastive/one_pass',
        conditions: { ...conditions, ...terms.conditions },
        constants,
        modules,
        bindings: [
          rowsOf(own, 'left'),
          walked(other, 'right', panel, ceilDiv(own.count, tile.blockM)),
          rowsOf(other, 'values'),
          ...readWrite('lines'),
          gradientOf(own),
          ...terms.bindings,
        ],
        workgroups: ceilDiv(own.count, tile.blockM),
        flops: work * similarityFlops(problem),
        work,
        own,
        other,
        panel,
      });
    });
  const finish = (own: Chunk, other: Chunk): Pass =>
    contrastivePass(problem, {
      label: 'finish xGrad',
      shader: 'contrastive/one_pass_finish',
      conditions: terms.conditions,
      constants: { WORKGROUP_SIZE, DEPTH: embedDim },
      bindings: [rowsOf(own, 'x'), rowsOf(other, 'y'), ...read('lines'), gradientOf(own), ...terms.bindings],
      workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
      flops: 6 * embedDim * own.count,
      own,
      other,
    });
  const pairs = rowChunks.flatMap((own) => colChunks.map((other) => [own, other] as const));
  return {
    stats: pairs.flatMap(([own, other]) => sweep(own, other)),
    finish: pairs.map(([own, other]) => finish(own, other)),
  };
}
