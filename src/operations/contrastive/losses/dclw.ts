import { ceilDiv, floatBuffer, read, readWrite } from '../../../core/plan.ts';
import { decoupled } from './decoupled.ts';
import type { ContrastiveLoss } from './loss.ts';

/** Yeh et al. (2022), section 4. */
export const DEFAULT_SIGMA = 0.5;

const WORKGROUP_SIZE = 64;
/** Invocations of the one workgroup that finds a softmax over all rows. */
const SUM_WORKGROUP = 256;

/**
 * `Σᵢ (−wᵢ zᵢₚ + log Σⱼ exp zᵢⱼ)` over the negatives j ≠ p, where `wᵢ = 2 − N softmaxᵢ(⟨xᵢ, yₚ⟩ / σ)` over the rows; the gradient
 * goes through the weights.
 * Yeh et al., "Decoupled Contrastive Learning" (2022).
 */
export const dclw: ContrastiveLoss<'dclw', false> = {
  id: 'dclw',
  title: 'DCLW, weighted positives',
  pairwise: false,
  symmetric: false,
  oneTensor: 'either',
  labels: 'positives',
  options: ['margin', 'ids', 'falseNegativeMargin', 'extraCols', 'rowNegatives', 'metrics', 'sigma'],
  module: 'contrastive/loss/dclw',
  dividesByScale: true,
  ...decoupled,

  positiveWeights(similarities, sigma = DEFAULT_SIGMA) {
    const count = similarities.length;
    // Relative to the largest, so that equal ones have equal shares to the last digit.
    const largest = similarities.reduce((a, b) => Math.max(a, b), -Infinity);
    const terms = similarities.map((similarity) => Math.exp((similarity - largest) / sigma));
    const total = terms.reduce((sum, term) => sum + term, 0);
    const shares = terms.map((term) => term / total);
    return {
      weights: shares.map((share) => 2 - count * share),
      // ∂wᵢ / ∂similarityₖ = −N pᵢ (δᵢₖ − pₖ) / σ.
      slopes(logits) {
        const mean = shares.reduce((sum, share, i) => sum + share * (logits[i] ?? NaN), 0);
        return shares.map((share, k) => (count / sigma) * share * ((logits[k] ?? NaN) - mean));
      },
    };
  },

  own: {
    buffers: (numRows) => [floatBuffer('workspace', 'pairWeights', 4 * numRows)],
    read: ['pairWeights'],
    beforeLosses: (numRows) => [
      {
        label: 'weighted positives',
        shader: 'contrastive/weighted_positives',
        constants: { WORKGROUP_SIZE: SUM_WORKGROUP },
        bindings: [...read('lines'), ...readWrite('pairWeights')],
        workgroups: 1,
        flops: 60 * numRows,
      },
    ],
    beforeScaleSum: (numRows, scaleTerms) => [
      {
        label: 'weighted scale terms',
        shader: 'contrastive/weighted_scale_terms',
        constants: { WORKGROUP_SIZE },
        bindings: [...read('pairWeights'), ...readWrite({ scale_terms: scaleTerms })],
        workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
        flops: numRows,
      },
    ],
  },
};
