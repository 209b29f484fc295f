import { logSumExp, mean, type Line } from '../reference/line.ts';
import type { LineLoss } from './loss.ts';

/** Cross-entropy to given targets, smoothed: `lse − Σ t z`, t = (1 − ε) target + ε / candidates. */
export function targetLoss(line: Line, targets: Float64Array, labelSmoothing = 0): LineLoss {
  const { logits } = line;
  const lse = logSumExp(logits);
  const spread = labelSmoothing / logits.length;
  const wanted = targets.map((target) => (1 - labelSmoothing) * target);
  return {
    lse,
    loss:
      wanted.reduce((sum, share, at) => sum + share * (lse - (logits[at] ?? NaN)), 0) +
      labelSmoothing * (lse - mean(logits)),
    slopes: logits.map((z, at) => Math.exp(z - lse) - (wanted[at] ?? NaN) - spread),
  };
}
