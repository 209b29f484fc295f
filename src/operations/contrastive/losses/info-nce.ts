import type { ContrastiveLoss } from './loss.ts';
import { softmax } from './softmax.ts';

/**
 * `Σᵢ −log softmaxⱼ(z)ᵢₚ`, p = labels[i]: each row finds its column.
 * van den Oord et al., "Representation Learning with Contrastive Predictive Coding" (2018).
 */
export const infoNce: ContrastiveLoss<'info-nce', false> = {
  id: 'info-nce',
  title: 'InfoNCE, rows only',
  pairwise: false,
  symmetric: false,
  oneTensor: false,
  labels: 'positives',
  options: [
    'labelSmoothing',
    'zLoss',
    'softcap',
    'ignoreIndex',
    'labelSets',
    'margin',
    'ids',
    'falseNegativeMargin',
    'extraCols',
    'rowNegatives',
    'metrics',
  ],
  ...softmax,
  moduleOfSets: 'contrastive/loss/label_sets',
};
