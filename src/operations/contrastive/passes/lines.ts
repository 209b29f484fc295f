import { optionBuffers } from '../../../core/option-data.ts';
import { ceilDiv, read, readWrite, u32, type Binding, type Pass } from '../../../core/plan.ts';
import { lossOf } from '../losses/index.ts';
import { contrastiveOptions } from '../options/index.ts';
import { hasTargets, type ContrastiveProblem } from '../problem.ts';
import { lineConditions, lossTerms } from './buffers.ts';
import { contrastivePass, rowsOf, type Chunk } from './pass.ts';
import { rowNegativesPasses } from './row-negatives.ts';
import { hasStats } from './statistics.ts';

const WORKGROUP_SIZE = 64;

/** The pass that reads metrics from the statistics, before the losses make something else of the lines. */
function metricsPasses(problem: ContrastiveProblem): Pass[] {
  if (problem.metrics !== true) return [];
  const { symmetric } = lossOf(problem.loss);
  return [
    contrastivePass(problem, {
      label: 'line metrics',
      shader: 'contrastive/line_metrics',
      constants: { WORKGROUP_SIZE },
      bindings: [
        ...read('lines'),
        ...readWrite('rowRanks', 'rowLogits', 'numNegatives', ...(symmetric ? ['colRanks'] : [])),
      ],
      workgroups: ceilDiv(problem.numRows, WORKGROUP_SIZE),
      flops: 8 * problem.numRows,
    }),
  ];
}

/** Everything before the products: lengths, keys and, of losses with one positive a row, its logit. */
export const setupPasses = (
  problem: ContrastiveProblem,
  rowChunks: readonly Chunk[],
  colChunks: readonly Chunk[],
): Pass[] => [
  ...lineSetups(problem, [...rowChunks, ...(problem.oneTensor === true ? [] : colChunks)]),
  ...linePositives(problem, rowChunks, colChunks),
];

/** Lines before anything is known of the others. */
export function lineSetups(problem: ContrastiveProblem, chunks: readonly Chunk[]): Pass[] {
  const { embedDim } = problem;
  const conditions = lineConditions(problem);
  return chunks.map((chunk) =>
    contrastivePass(problem, {
      label: 'line setup',
      shader: 'contrastive/line_setup',
      constants: { WORKGROUP_SIZE, DEPTH: embedDim, SETS: problem.labelSets ?? 1 },
      bindings: [
        ...readWrite('lines'),
        ...(conditions.NORMALIZE === true ? [rowsOf(chunk, 'rows')] : []),
        ...optionBuffers(contrastiveOptions, problem).map(({ name }): Binding => ({
          ...{ buffer: name, access: 'read', optional: true },
        })),
      ],
      workgroups: ceilDiv(chunk.count, WORKGROUP_SIZE),
      flops: 4 * embedDim * chunk.count,
      own: chunk,
    }),
  );
}

/** Whether each row has one positive whose logit is found before all products. */
export function hasOnePositive(problem: ContrastiveProblem): boolean {
  return hasStats(problem) && lossOf(problem.loss).labels !== 'classes' && !hasTargets(problem);
}

/** Whether the mean logit of each row's labels is found before all products. */
export const hasLabelLogits = (problem: ContrastiveProblem): boolean =>
  hasStats(problem) && problem.labelSets !== undefined;

/** The logit of each row's one positive, or the mean of those of its labels, where both are in the chunks. */
export function linePositives(
  problem: ContrastiveProblem,
  rowChunks: readonly Chunk[],
  colChunks: readonly Chunk[],
): Pass[] {
  const { embedDim, labelSets } = problem;
  const ofSets = hasLabelLogits(problem);
  if (!hasOnePositive(problem) && !ofSets) return [];
  const kind = ofSets
    ? { label: 'line labels', shader: 'contrastive/line_labels' }
    : { label: 'line positives', shader: 'contrastive/line_positives' };
  return rowChunks.flatMap((own) =>
    colChunks.map((other) =>
      contrastivePass(problem, {
        ...kind,
        constants: { WORKGROUP_SIZE, DEPTH: embedDim, SETS: labelSets ?? 1 },
        bindings: [
          rowsOf(own, 'x'),
          rowsOf(other, 'y'),
          ...readWrite('lines'),
          ...(ofSets ? read('labels') : []),
        ],
        workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
        flops: 2 * embedDim * own.count * (labelSets ?? 1),
        own,
        other,
      }),
    ),
  );
}

/** From the statistics of all lines to the loss, and to what the gradients need. None for a loss without softmax. */
export function lossPasses(problem: ContrastiveProblem, rowChunks: readonly Chunk[]): Pass[] {
  const { pairwise, symmetric, teacher, own } = lossOf(problem.loss);
  const { numRows, numCols } = problem;
  if (pairwise) return metricsPasses(problem);
  return [
    ...rowNegativesPasses(problem, rowChunks, 'stats'),
    ...metricsPasses(problem),
    ...(own?.beforeLosses(numRows) ?? []).map((pass) => contrastivePass(problem, pass)),
    contrastivePass(problem, {
      label: 'line losses',
      shader: 'contrastive/line_losses',
      constants: { WORKGROUP_SIZE },
      bindings: [
        ...readWrite('lines', 'rowLse', { loss_terms: lossTerms(problem) }),
        ...(symmetric ? readWrite('colLse') : []),
        ...(teacher === true ? readWrite('teacherLse') : []),
        ...read(...(own?.read ?? [])),
      ],
      workgroups: ceilDiv(symmetric ? Math.max(numRows, numCols) : numRows, WORKGROUP_SIZE),
      flops: 40 * numRows,
    }),
    ...lossSum(problem),
  ];
}

/** Invocations of the workgroup that adds up all terms. */
export const SUM_WORKGROUP = 256;

/** `to` = the sum of the first `count` elements of `from`. */
export function sumPass(from: string, to: string, count: number): Pass {
  return {
    label: `sum ${from}`,
    shader: 'reduce/sum',
    conditions: {},
    constants: { WORKGROUP_SIZE: SUM_WORKGROUP },
    uniforms: [u32('count', count)],
    bindings: [...read({ terms: from }), ...readWrite({ total: to })],
    workgroups: 1,
    flops: 4 * count,
  };
}

/** The loss from its terms, unless it is one per row. */
export const lossSum = (problem: ContrastiveProblem): Pass[] =>
  problem.reduction === 'none' ? [] : [sumPass('lossTerms', 'loss', problem.numRows)];
