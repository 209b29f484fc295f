import { sigmoid, softplus } from '../reference/line.ts';
import type { ContrastiveLoss } from './loss.ts';

/**
 * `Σᵢⱼ −log σ(±(zᵢⱼ + bias))`, + for the columns that row i has among its labels and − for all else: binary cross-entropy over a
 * vocabulary, in place of contrast. A row may have no label at all, and a label that stands twice counts once.
 * Nam et al., "Large-scale Multi-label Text Classification" (2014).
 */
export const bce: ContrastiveLoss<'bce', true> = {
  id: 'bce',
  title: 'Binary cross-entropy, several labels',
  pairwise: true,
  symmetric: false,
  oneTensor: false,
  labels: 'sets',
  options: ['logitBias', 'ignoreIndex', 'labelSets', 'extraCols'],
  module: 'contrastive/loss/bce',

  line({ logits, targets = new Float64Array() }) {
    let loss = 0;
    const slopes = logits.map((z, at) => {
      const labelled = (targets[at] ?? NaN) > 0;
      loss += softplus(labelled ? -z : z);
      return labelled ? -sigmoid(-z) : sigmoid(z);
    });
    return { loss, slopes };
  },

  slope: ({ logit, target = NaN }) => (target > 0 ? -sigmoid(-logit) : sigmoid(logit)),
};
