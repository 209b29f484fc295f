import { ShapeError } from '../core/errors.ts';
import { LOSSES, lossOf, type Loss } from '../operations/contrastive/losses/index.ts';
import { MAX_BATCH } from './pairs.ts';

/** Losses that a model can begin with: no other model has to be there as a teacher. */
export const TRAINABLE: readonly Loss[] = LOSSES.filter(
  (id) => lossOf(id).teacher !== true && lossOf(id).labels !== 'sets',
);

/** How towers are trained. */
export interface TrainSettings {
  readonly loss: Loss;
  /** Pairs of a step. */
  readonly batch: number;
  /** Pairs that are encoded at a time: memory of the towers grows with it, and nothing else changes. */
  readonly chunk: number;
  /** Logits are similarities divided by it. It is where learning begins, unless it is fixed. */
  readonly temperature: number;
  /** Whether the temperature stays as it is. */
  readonly fixedTemperature: boolean;
  readonly learningRate: number;
  /** Seed of the data, their order, and the first parameters. */
  readonly seed: number;
}

export const DEFAULT_SETTINGS: TrainSettings = {
  loss: 'clip',
  batch: 256,
  chunk: 64,
  temperature: 0.1,
  fixedTemperature: false,
  learningRate: 0.003,
  seed: 1,
};

export const MAX_SEED = 2 ** 32 - 1;

/** Settings with defaults for what is left out. @throws ShapeError naming the setting that makes no sense */
export function trainSettings(given: Partial<TrainSettings> = {}): TrainSettings {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const { loss, batch, chunk, temperature, learningRate, seed } = settings;
  if (!TRAINABLE.includes(loss)) throw new ShapeError('loss', `one of ${TRAINABLE.join(', ')}`, `'${loss}'`);
  if (!isWhole(batch, 2, MAX_BATCH)) {
    throw new ShapeError('batch', `from 2 pairs to the ${MAX_BATCH} of the data`, String(batch));
  }
  if (!isWhole(chunk, 1, MAX_BATCH)) throw new ShapeError('chunk', `1 to ${MAX_BATCH} pairs`, String(chunk));
  if (!(temperature >= 0.005 && temperature <= 10)) {
    throw new ShapeError('temperature', 'a number from 0.005 to 10', String(temperature));
  }
  if (!(learningRate > 0 && learningRate <= 1)) {
    throw new ShapeError('learningRate', 'a number above 0, at most 1', String(learningRate));
  }
  if (!isWhole(seed, 0, MAX_SEED))
    throw new ShapeError('seed', `a whole number from 0 to ${MAX_SEED}`, String(seed));
  return settings;
}

const isWhole = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;
