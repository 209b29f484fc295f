import type { CallOptions } from '../worker/api.ts';
import type { Trainer } from './trainer.ts';

/** How much of a gradient is noise. */
export interface NoiseScale {
  /**
   * Pairs of a batch at which noise and gradient are of one size: below it a larger batch saves nearly as many steps as it grows, above it
   * hardly any. `undefined` where an estimate is below 0: `whyNoScale` says which.
   */
  readonly pairs: number | undefined;
  /** Estimates without bias: the square of the true gradient's norm, and the variance of one pair's gradient. */
  readonly gradient2: number;
  readonly variance: number;
}

/** Epochs from here on are not trained on: batches for estimates are drawn from them. */
const FIRST_EPOCH = 1_000_000;

/**
 * The simple noise scale, tr(Σ) / |G|², from the gradient's norm at two sizes of batch (McCandlish et al. 2018, "An Empirical
 * Model of Large-Batch Training", appendix A). It supposes that a batch's gradient is a mean over its pairs. A contrastive gradient is
 * not quite: fewer pairs are fewer negatives as well, so this is a guide and no law.
 * @param repeats batches of each size over which norms are averaged
 */
export async function noiseScale(
  trainer: Trainer,
  { small, large, repeats }: { readonly small: number; readonly large: number; readonly repeats: number },
  options: Pick<CallOptions, 'signal'> = {},
): Promise<NoiseScale> {
  const norm2 = async (size: number): Promise<number> => {
    let sum = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { pairs } = trainer.pairs.batch({ epoch: FIRST_EPOCH + repeat, at: 0 }, size);
      sum += await trainer.gradientNorm2(pairs, options);
    }
    return sum / repeats;
  };
  return noiseFrom({ size: small, norm2: await norm2(small) }, { size: large, norm2: await norm2(large) });
}

interface Sized {
  readonly size: number;
  /** The mean square of the norm of gradients of batches of this size. */
  readonly norm2: number;
}

/** Solves E|G_B|² = |G|² + tr(Σ) / B for both unknowns. */
export function noiseFrom(small: Sized, large: Sized): NoiseScale {
  const gradient2 = (large.size * large.norm2 - small.size * small.norm2) / (large.size - small.size);
  const variance = (small.norm2 - large.norm2) / (1 / small.size - 1 / large.size);
  return { pairs: gradient2 > 0 && variance >= 0 ? variance / gradient2 : undefined, gradient2, variance };
}

/** Why there is no scale, as the end of a sentence. `undefined` where there is one. */
export function whyNoScale({ pairs, gradient2, variance }: NoiseScale): string | undefined {
  if (pairs !== undefined) return undefined;
  return variance < 0
    ? `the gradients of larger batches were the longer ones (variance of a pair estimated at ${variance.toPrecision(3)}): their ` +
        'additional negatives change the gradient, or the batches of the estimate were too few'
    : `noise hides the gradient (its square estimated at ${gradient2.toPrecision(3)})`;
}
