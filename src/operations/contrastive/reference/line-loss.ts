import type { ContrastiveLoss, LineLoss, LineOptions } from '../losses/loss.ts';
import type { Loss } from '../losses/index.ts';
import type { Line } from './line.ts';

/** The loss of a line, with what z-loss adds: `zLoss · lse²`. */
export function lineLoss(
  loss: ContrastiveLoss<Loss>,
  line: Line,
  options: LineOptions & { readonly zLoss?: number | undefined },
): LineLoss {
  const plain = loss.line(line, options);
  const { zLoss } = options;
  const { lse } = plain;
  if (zLoss === undefined || lse === undefined) return plain;
  return {
    lse,
    loss: plain.loss + zLoss * lse ** 2,
    slopes: plain.slopes.map((slope, at) =>
      line.kinds[at] === 'hidden' ? slope : slope + zSlope(zLoss, lse, line.logits[at] ?? NaN),
    ),
  };
}

/** Derivative of the z-loss, `zLoss · lse²`, by one logit. */
export const zSlope = (zLoss: number, lse: number, logit: number): number =>
  2 * zLoss * lse * Math.exp(logit - lse);
