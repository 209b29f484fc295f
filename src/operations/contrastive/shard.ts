import { UnsupportedError } from '../../core/errors.ts';
import type { Params } from '../../core/variant.ts';
import { floatBytes, type Plan, type PlanBuffer } from '../../core/plan.ts';
import { tileShape } from '../../tile/tile-params.ts';
import { lossOf } from './losses/index.ts';
import { dataBuffers, lineBytes } from './passes/buffers.ts';
import { gradientPasses } from './passes/gradients.ts';
import { lossPasses, setupPasses } from './passes/lines.ts';
import { chunksAlong, type Chunk } from './passes/pass.ts';
import { statsPasses } from './passes/statistics.ts';
import { partsBytes, workspaceBuffer } from './passes/tiling.ts';
import { numLines, numOwnCols, type ContrastiveProblem } from './problem.ts';

/** Rows of x against rows of y, each a range within the whole. */
export interface Shard {
  readonly rows: { readonly first: number; readonly count: number };
  readonly cols: { readonly first: number; readonly count: number };
}

/**
 * One loss over several devices: each takes a shard of the pairs, and lines travel between them. The `lines` of a
 * shard are 3 f32 for each row and then each column of the *whole* problem: maximum of the negatives' logits (in units
 * of log 2), sum of 2^(logit − maximum), logit of the positive; all 0 where the shard has not met the line. `mergeLines`
 * puts those of all shards together, `shardLossPlan` turns the merged ones into losses and what gradients need, and
 * `shardGradientPlan` gives what one shard adds to the gradients of its rows and columns: add those up.
 *
 * This plan: `x`, `y` (the shard's own rows) → `lines`.
 * @throws UnsupportedError on a problem with options, or without two tensors and a softmax
 */
export function shardStatsPlan(problem: ContrastiveProblem, params: Params, shard: Shard): Plan {
  requirePlain(problem);
  const { rows, cols } = chunks(shard);
  const stats = statsPasses(problem, tileShape(params), [rows], [cols]);
  return {
    buffers: [
      ...embeddings(problem, shard),
      lines(problem),
      ...workspaceBuffer('panel', partsBytes(problem, tileShape(params), [rows], [cols])),
    ],
    passes: [...setupPasses(problem, [rows], [cols]), ...stats],
  };
}

/** `lines`, merged → `loss`, `rowLse`, `colLse`, and `lines` as gradients want them. */
export function shardLossPlan(problem: ContrastiveProblem): Plan {
  requirePlain(problem);
  const kept = ['loss', 'rowLse', 'colLse', 'lossTerms'];
  return {
    buffers: [...dataBuffers(problem).filter(({ name }) => kept.includes(name)), lines(problem)],
    passes: lossPasses(problem, chunksAlong(problem, 'rows', 0)),
  };
}

/** `x`, `y`, `lines` → `xGrad` and `yGrad` of the shard's rows and columns, as far as this shard goes. */
export function shardGradientPlan(problem: ContrastiveProblem, params: Params, shard: Shard): Plan {
  requirePlain(problem);
  const { rows, cols } = chunks(shard);
  const both: ContrastiveProblem = { ...problem, gradients: ['x', 'y'] };
  const { embedDim } = problem;
  return {
    buffers: [
      ...embeddings(problem, shard),
      lines(problem),
      { name: 'xGrad', role: 'output', bytes: floatBytes(shard.rows.count * embedDim) },
      { name: 'yGrad', role: 'output', bytes: floatBytes(shard.cols.count * embedDim) },
    ],
    passes: [
      ...gradientPasses(both, params, 'x', [rows], [cols], cols.first),
      ...gradientPasses(both, params, 'y', [cols], [rows], rows.first),
    ],
  };
}

/** The lines of several shards as those of one, in f32. A shard that has not met a line's negatives is neutral. */
export function mergeLines(parts: readonly Float32Array[]): Float32Array {
  const merged = new Float32Array(parts[0]?.length ?? 0);
  for (let at = 0; at < merged.length; at += 3) {
    const met = parts.filter((part) => (part[at + 1] ?? 0) > 0);
    const base = met.reduce((most, part) => Math.max(most, part[at] ?? NaN), LOWEST);
    const mass = met.reduce((sum, part) => sum + (part[at + 1] ?? NaN) * 2 ** ((part[at] ?? NaN) - base), 0);
    // Each positive is in one shard alone.
    const pair = parts.reduce((sum, part) => sum + (part[at + 2] ?? NaN), 0);
    merged.set([base, mass, pair], at);
  }
  return merged;
}

/** LOWEST of `lib/online_softmax.wesl`. */
const LOWEST = -3.4028234663852886e38;

const chunks = ({ rows, cols }: Shard): { rows: Chunk; cols: Chunk } => ({
  rows: { of: 'x', index: 0, ...rows },
  cols: { of: 'y', index: 0, ...cols },
});

const embeddings = ({ embedDim }: ContrastiveProblem, { rows, cols }: Shard): PlanBuffer[] => [
  { name: 'x', role: 'input', bytes: floatBytes(rows.count * embedDim) },
  { name: 'y', role: 'input', bytes: floatBytes(cols.count * embedDim) },
];

/** Read and written by one plan after the other. */
const lines = (problem: ContrastiveProblem): PlanBuffer => ({
  name: 'lines',
  role: 'output',
  bytes: lineBytes(problem) * numLines(problem),
});

function requirePlain(problem: ContrastiveProblem): void {
  const { pairwise, positiveWeights } = lossOf(problem.loss);
  const options = lineBytes(problem) !== floatBytes(3) || numOwnCols(problem) !== problem.numCols;
  const more =
    problem.margin ?? problem.rowNegatives ?? problem.hardest ?? problem.prefixDims ?? problem.dtype;
  const alone = pairwise || problem.oneTensor === true || positiveWeights !== undefined;
  if (alone || options || more !== undefined) {
    throw new UnsupportedError(
      'shards are of clip, info-nce and dcl of two tensors, without labels and options',
    );
  }
}
