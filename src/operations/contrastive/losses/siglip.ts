import { sigmoid, softplus } from '../reference/line.ts';
import type { ContrastiveLoss } from './loss.ts';
import { siglipLesson } from './siglip-lesson.ts';

/**
 * `Σᵢⱼ −log σ(±(zᵢⱼ + bias))`, + for the pairs and − for all else: each pair is a binary choice.
 * Zhai et al., "Sigmoid Loss for Language Image Pre-Training" (2023).
 */
export const siglip: ContrastiveLoss<'siglip', true> = {
  id: 'siglip',
  title: 'SigLIP, pairwise sigmoid',
  pairwise: true,
  symmetric: false,
  oneTensor: false,
  options: ['logitBias', 'ids', 'extraCols', 'metrics'],
  module: 'contrastive/loss/siglip',
  lesson: siglipLesson,

  line({ logits, kinds }) {
    let loss = 0;
    const slopes = logits.map((z, at) => {
      if (kinds[at] === 'hidden') return 0;
      loss += softplus(kinds[at] === 'positive' ? -z : z);
      return kinds[at] === 'positive' ? -sigmoid(-z) : sigmoid(z);
    });
    return { loss, slopes };
  },

  slope: ({ logit, kind }) => (kind === 'positive' ? -sigmoid(-logit) : sigmoid(logit)),
};
