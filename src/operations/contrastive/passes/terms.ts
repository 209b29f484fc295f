import { readWrite, type Binding } from '../../../core/plan.ts';
import type { Condition } from '../../../core/shader-names.ts';
import { lossOf } from '../losses/index.ts';
import type { ContrastiveProblem } from '../problem.ts';

/** Where the terms of the loss, and those of the scale's gradient, are written: the result itself, if it is per row. */
export const lossTerms = ({ reduction }: ContrastiveProblem): string =>
  reduction === 'none' ? 'loss' : 'lossTerms';
export const scaleTerms = ({ rowScales }: ContrastiveProblem): string =>
  rowScales === true ? 'logitScaleGrad' : 'scaleTerms';

/** Which sums along rows a gradient pass has beside the gradient of the embeddings. */
export interface Terms {
  readonly conditions: Partial<Record<Condition, boolean>>;
  readonly bindings: readonly Binding[];
  readonly any: boolean;
}

const NO_TERMS: Terms = { conditions: {}, bindings: [], any: false };

/** Those of the pass along the rows: the other one has none. */
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

/** Whose terms of the loss a pair belongs to, along `along`: those of both lines, of the row alone, or, pairwise, its own. */
export function directions(
  problem: ContrastiveProblem,
  along: 'x' | 'y',
): Partial<Record<Condition, boolean>> {
  const { symmetric, pairwise } = lossOf(problem.loss);
  const both = symmetric || problem.oneTensor === true;
  return {
    OWN_LINES: pairwise || both || along === 'x',
    OTHER_LINES: !pairwise && (both || along === 'y'),
  };
}
