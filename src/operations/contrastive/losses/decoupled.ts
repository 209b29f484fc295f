import { logitsOf, logSumExp, type Line } from '../reference/line.ts';
import type { LineLoss, LineOptions, SampledPair } from './loss.ts';

/** `−w z_pos + log Σ exp` over the negatives alone. A line without negatives adds nothing. */
export const decoupled = {
  line(line: Line, { pull = 1 }: LineOptions): LineLoss {
    const { logits, kinds } = line;
    const lse = logSumExp(logitsOf(line, 'negative'));
    if (lse === -Infinity) return { lse, loss: 0, slopes: new Float64Array(logits.length) };
    const [positive = NaN] = logitsOf(line, 'positive');
    const slopes = logits.map((z, at) => {
      if (kinds[at] === 'negative') return Math.exp(z - lse);
      return kinds[at] === 'positive' ? -pull : 0;
    });
    return { lse, loss: lse - pull * positive, slopes };
  },

  fromLse: (lse: number, positive: number, pull: number): number =>
    lse === -Infinity ? 0 : lse - pull * positive,

  slope({ logit, kind, lse }: SampledPair): number {
    if (kind === 'negative') return Math.exp(logit - lse);
    return lse === -Infinity ? 0 : -1;
  },
};
