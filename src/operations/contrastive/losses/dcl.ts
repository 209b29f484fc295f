import { decoupled } from './decoupled.ts';
import type { ContrastiveLoss } from './loss.ts';

/**
 * `Σᵢ (−zᵢₚ + log Σⱼ exp zᵢⱼ)` over the negatives j ≠ p: the positive is not in the denominator.
 * Yeh et al., "Decoupled Contrastive Learning" (2022).
 */
export const dcl: ContrastiveLoss<'dcl', false> = {
  id: 'dcl',
  title: 'DCL, decoupled',
  pairwise: false,
  symmetric: false,
  oneTensor: 'either',
  labels: 'positives',
  options: ['margin', 'ids', 'falseNegativeMargin', 'extraCols', 'rowNegatives', 'metrics'],
  module: 'contrastive/loss/dcl',
  ...decoupled,
};
