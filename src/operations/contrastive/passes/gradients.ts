import { ceilDiv, read, readWrite, type Binding, type Pass } from '../../../core/plan.ts';
import type { Condition } from '../../../core/shader-names.ts';
import type { Params } from '../../../core/variant.ts';
import { tileShape } from '../../../tile/tile-params.ts';
import { lossOf } from '../losses/index.ts';
import { similarityFlops, tileWork, type ContrastiveProblem } from '../problem.ts';
import { lossTerms, scaleTerms } from './buffers.ts';
import { lossSum, sumPass } from './lines.ts';
import {
  contrastivePass,
  gradientOf,
  chunksWithGradient,
  rowsOf,
  targetSpec,
  walked,
  type Chunk,
} from './pass.ts';
import { rowNegativesPasses } from './row-negatives.ts';
import { gradientSpec, paceWidth, panelsOf } from './tiling.ts';

const WORKGROUP_SIZE = 64;

/** Which sums along rows a gradient pass has beside the gradient of the embeddings. */
export interface Terms {
  readonly conditions: Partial<Record<Condition, boolean>>;
  readonly bindings: readonly Binding[];
  readonly any: boolean;
}

const NO_TERMS: Terms = { conditions: {}, bindings: [], any: false };

/** Terms of the pass along the rows: the other one has none. */
export function termsOf(problem: ContrastiveProblem, along: 'x' | 'y'): Terms {
  if (along === 'y') return NO_TERMS;
  const wanted = [
    {
      condition: 'SCALE_GRAD',
      as: 'scale_terms',
      buffer: scaleTerms(problem),
      on: problem.gradients.includes('logitScale'),
    },
    {
      condition: 'BIAS_GRAD',
      as: 'bias_terms',
      buffer: 'biasTerms',
      on: problem.gradients.includes('logitBias'),
    },
    {
      condition: 'LOSS_TERMS',
      as: 'loss_terms',
      buffer: lossTerms(problem),
      on: lossOf(problem.loss).pairwise,
    },
  ] as const;
  return {
    conditions: Object.fromEntries(wanted.map(({ condition, on }) => [condition, on])),
    bindings: wanted.flatMap(({ as, buffer, on }) => (on ? readWrite({ [as]: buffer }) : [])),
    any: wanted.some(({ on }) => on),
  };
}

/** The lines to whose terms of the loss a pair belongs, along `along`: both, or the row alone. */
export function directions(
  problem: ContrastiveProblem,
  along: 'x' | 'y',
): Partial<Record<Condition, boolean>> {
  const both = lossOf(problem.loss).symmetric || problem.oneTensor === true;
  return { OWN_LINES: both || along === 'x', OTHER_LINES: both || along === 'y' };
}

/** 2 U for the gradient of the embeddings along `of`; 1 U where only sums along the rows are wanted. */
export function gradientPasses(
  problem: ContrastiveProblem,
  params: Params,
  of: 'x' | 'y',
  owns: readonly Chunk[],
  others: readonly Chunk[],
  sumsFrom = 0,
): Pass[] {
  const tile = tileShape(params);
  const { embedDim, numRows, numCols, gradients } = problem;
  const terms = termsOf(problem, of);
  const embedGrad = gradients.includes(of);
  if (!embedGrad && !terms.any) return [];
  const products = tileWork(problem) + (embedGrad ? 1 : 0);
  const { conditions, constants, modules } = gradientSpec(problem, params);
  return owns.flatMap((own) =>
    others.flatMap((other) =>
      panelsOf(other.count, paceWidth(tile, 2 * products * embedDim)).map((panel) => {
        const work = (products * own.count * panel.count) / (numRows * numCols);
        const teacher = targetSpec(problem, own, other);
        return contrastivePass(problem, {
          label: embedGrad ? `tiled ${of}Grad` : 'tiled sums',
          shader: 'contrastive/tiled_gradient',
          conditions: { ...conditions, ...directions(problem, of), ...terms.conditions },
          constants: { ...constants, ...teacher.constants },
          modules: {
            ...modules,
            dots: 'contrastive/lib/dots/computed',
            weights: `contrastive/lib/weights/${embedGrad ? 'multiplied' : 'unused'}`,
          },
          bindings: [
            rowsOf(own, 'left'),
            walked(other, 'right', panel, ceilDiv(own.count, tile.blockM)),
            ...(embedGrad ? [rowsOf(other, 'values')] : []),
            ...read('lines'),
            ...(embedGrad ? [gradientOf(own)] : []),
            ...terms.bindings,
            ...teacher.bindings,
          ],
          workgroups: ceilDiv(own.count, tile.blockM),
          flops: work * similarityFlops(problem),
          work,
          own,
          other,
          panel,
          sumsFrom,
        });
      }),
    ),
  );
}

/** Passes after the gradients: sums over their terms, and the way through the normalisation. */
export function afterGradients(
  problem: ContrastiveProblem,
  rowChunks: readonly Chunk[],
  colChunks: readonly Chunk[],
): Pass[] {
  const { numRows, embedDim, gradients, loss, normalize, rowScales } = problem;
  const wantsScale = gradients.includes('logitScale');
  const { pairwise, own: ownPasses } = lossOf(loss);
  const through = (own: Chunk): Pass =>
    contrastivePass(problem, {
      label: `normalised ${own.of}Grad`,
      shader: 'contrastive/normalize_gradient',
      constants: { WORKGROUP_SIZE, DEPTH: embedDim },
      bindings: [...read('lines'), rowsOf(own, 'rows'), gradientOf(own)],
      workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
      flops: 6 * embedDim * own.count,
      own,
    });
  return [
    ...(pairwise ? lossSum(problem) : []),
    ...rowNegativesPasses(problem, rowChunks, 'gradients'),
    ...(normalize === true && gradients.includes('x') ? rowChunks.map(through) : []),
    ...(normalize === true && gradients.includes('y')
      ? chunksWithGradient(problem, colChunks).map(through)
      : []),
    ...(wantsScale ? (ownPasses?.beforeScaleSum(numRows, scaleTerms(problem)) ?? []) : []).map((pass) =>
      contrastivePass(problem, pass),
    ),
    ...(wantsScale && rowScales !== true ? [sumPass('scaleTerms', 'logitScaleGrad', numRows)] : []),
    ...(gradients.includes('logitBias') ? [sumPass('biasTerms', 'logitBiasGrad', numRows)] : []),
  ];
}
