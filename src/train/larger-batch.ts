import { throwIfAborted } from '../core/errors.ts';
import { HELD_OUT } from './pairs.ts';
import { noiseScale, type NoiseScale } from './noise-scale.ts';
import { trainSettings } from './settings.ts';
import type { RecallAt1 } from './similarity.ts';
import type { Jax } from './towers.ts';
import { Trainer, type TrainerOptions, type TrainingLab } from './trainer.ts';

/** A training run of one batch size, all of which see as many pairs. */
export interface BatchOutcome {
  readonly batch: number;
  readonly steps: number;
  readonly samples: number;
  /** Among all held-out pairs. */
  readonly recall: RecallAt1;
  readonly noise: NoiseScale;
  readonly ms: number;
}

export interface LargerBatchOptions {
  readonly batches: readonly number[];
  /** Pairs that each run sees; a run ends with the first step that reaches them. */
  readonly samples: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (batch: number, samples: number) => void;
  readonly onOutcome?: (outcome: BatchOutcome) => void;
}

/** Batches of an estimate of the noise. */
const REPEATS = 4;

/**
 * "Is a larger batch worth it?": trains once with each batch size, from the same parameters and on as many pairs. The learning rate
 * grows with the square root of the batch, as suits Adam (Malladi et al. 2022), from that of the settings at their own batch.
 * @throws ShapeError naming a setting that makes no sense; AbortError
 */
export async function largerBatch(
  jax: Jax,
  lab: TrainingLab,
  settings: TrainerOptions,
  { batches, samples, signal, onStep, onOutcome }: LargerBatchOptions,
): Promise<BatchOutcome[]> {
  const outcomes: BatchOutcome[] = [];
  for (const batch of batches) {
    const { learningRate, batch: usual } = trainSettings(settings);
    const rate = learningRate * Math.sqrt(batch / usual);
    const trainer = new Trainer(jax, lab, { ...settings, batch, learningRate: rate });
    try {
      const start = performance.now();
      while (trainer.samples < samples) {
        throwIfAborted(signal);
        await trainer.step({ ...(signal && { signal }) });
        onStep?.(batch, trainer.samples);
      }
      const ms = performance.now() - start;
      const { recall } = await trainer.heldOut(HELD_OUT);
      const sizes = { small: Math.max(2, batch >> 2), large: batch, repeats: REPEATS };
      const noise = await noiseScale(trainer, sizes, { ...(signal && { signal }) });
      const outcome = { batch, steps: trainer.steps, samples: trainer.samples, recall, noise, ms };
      outcomes.push(outcome);
      onOutcome?.(outcome);
    } finally {
      trainer.dispose();
    }
  }
  return outcomes;
}
