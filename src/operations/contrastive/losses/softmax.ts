import { logitsOf, logSumExp, mean, softplus, type Line } from '../reference/line.ts';
import type { LineLoss, LineOptions, SampledPair } from './loss.ts';
import { targetLoss } from './targets.ts';

/**
 * A softmax over one positive and negatives: `lse − z_pos`, smoothed by ε `+ ε (z_pos − mean z)`. All is computed from the
 * negatives' side, which keeps the digits of 1 − P where the positive dominates.
 */
export const softmax = {
  module: 'contrastive/loss/softmax',

  line(line: Line, { labelSmoothing = 0 }: LineOptions): LineLoss {
    const { logits, kinds, targets } = line;
    if (targets !== undefined) return targetLoss(line, targets, labelSmoothing);
    const negatives = logSumExp(logitsOf(line, 'negative'));
    const [positive = NaN] = logitsOf(line, 'positive');
    const excess = softplus(negatives - positive);
    const lse = positive + excess;
    const candidates = logits.filter((_, at) => kinds[at] !== 'hidden');
    const spread = labelSmoothing / candidates.length;
    const slopes = logits.map((z, at) => {
      if (kinds[at] === 'negative') return Math.exp(z - lse) - spread;
      return kinds[at] === 'positive' ? labelSmoothing - spread - Math.exp(negatives - lse) : 0;
    });
    return { lse, loss: excess + labelSmoothing * (positive - mean(candidates)), slopes };
  },

  fromLse: (lse: number, positive: number): number => lse - positive,

  slope({ logit, kind, lse, labelSmoothing, spread, target }: SampledPair): number {
    if (target !== undefined) return Math.exp(logit - lse) - (1 - labelSmoothing) * target - spread;
    if (kind === 'negative') return Math.exp(logit - lse) - spread;
    return Math.expm1(logit - lse) + labelSmoothing - spread; // expm1 keeps 1 − P where the positive dominates
  },
};
