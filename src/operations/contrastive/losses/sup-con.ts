import { logitsOf, logSumExp, mean, softplus } from '../reference/line.ts';
import type { ContrastiveLoss } from './loss.ts';

/**
 * `Σᵢ −1/|Pᵢ| Σₚ log softmaxⱼ(z)ᵢₚ` over the others p of row i's class, and j ≠ i: the mean over each row's positives. A row
 * without any adds nothing. With classes of columns, p and j are all rows of y.
 * Khosla et al., "Supervised Contrastive Learning" (2020), L_out.
 */
export const supCon: ContrastiveLoss<'sup-con', false> = {
  id: 'sup-con',
  title: 'SupCon, classes',
  pairwise: false,
  symmetric: false,
  oneTensor: true,
  labels: 'classes',
  options: ['columnLabels'],
  module: 'contrastive/loss/sup_con',

  line(line) {
    const { logits, kinds } = line;
    const negatives = logSumExp(logitsOf(line, 'negative'));
    const chosen = logitsOf(line, 'positive');
    if (chosen.length === 0) return { lse: negatives, loss: 0, slopes: new Float64Array(logits.length) };
    const positives = logSumExp(chosen);
    const excess = softplus(negatives - positives);
    const lse = positives + excess;
    const share = Math.exp(negatives - lse);
    const slopes = logits.map((z, at) => {
      if (kinds[at] === 'negative') return Math.exp(z - lse);
      if (kinds[at] === 'hidden') return 0;
      const among = Math.exp(z - positives);
      return among - 1 / chosen.length - share * among;
    });
    return { lse, loss: excess + positives - mean(chosen), slopes };
  },

  slope({ logit, kind, lse, positives }) {
    if (positives === 0) return 0;
    return Math.exp(logit - lse) - (kind === 'positive' ? 1 / positives : 0);
  },
};
