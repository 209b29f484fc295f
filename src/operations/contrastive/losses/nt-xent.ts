import type { ContrastiveLoss } from './loss.ts';
import { softmax } from './softmax.ts';

/**
 * `Σᵢ −log softmaxⱼ(z)ᵢₚ`, p = i ± N/2, over j ≠ i: two views, one below the other, and each row finds its other view.
 * Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations" (2020).
 */
export const ntXent: ContrastiveLoss<'nt-xent', false> = {
  id: 'nt-xent',
  title: 'NT-Xent, two stacked views',
  pairwise: false,
  symmetric: false,
  oneTensor: true,
  options: [
    'labelSmoothing',
    'zLoss',
    'softcap',
    'margin',
    'ids',
    'falseNegativeMargin',
    'rowNegatives',
    'metrics',
  ],
  ...softmax,
};
