import { z } from '../../../core/schema.ts';
import type { DeviceReport } from '../../../measure/report.ts';
import { lossOf } from '../../../operations/contrastive/losses/index.ts';
import type { TowerDevice } from '../../../train/load-jax.ts';
import { MAX_BATCH } from '../../../train/pairs.ts';
import { DEFAULT_SETTINGS, MAX_SEED, TRAINABLE, type TrainSettings } from '../../../train/settings.ts';
import { count, onOrOff, positive, type Fields, type Settings } from '../../form/fields.ts';

/** Where the towers compute; `auto` is WebGPU, but for CPU adapters WebAssembly, which is faster there. */
export const TOWER_DEVICES = ['auto', 'webgpu', 'wasm'] as const;

/** Steps after which a batch is twice as large, or `off`. */
export const GROWTHS = ['off', '5', '10', '20'] as const;

/** Limits for the loss's largest buffer, in MiB, beside what the device allows. */
export const LIMITS = ['device', '64', '16', '4', '1'] as const;

/** Training as the form asks for it. */
export interface TrainPlan {
  readonly settings: TrainSettings;
  /** Steps after which it pauses by itself. */
  readonly steps: number;
  readonly towers: (typeof TOWER_DEVICES)[number];
  /** Whether a second pair of towers learns the same by the naive kernels. */
  readonly beside: boolean;
  readonly growth: number | undefined;
  readonly limitBytes: number;
}

const { loss, batch, chunk, temperature, learningRate, seed } = DEFAULT_SETTINGS;

export const TRAIN_DEFAULTS: Fields = {
  loss,
  batch: String(batch),
  chunk: String(chunk),
  temperature: String(temperature),
  fixedTemperature: 'off',
  learningRate: String(learningRate),
  seed: String(seed),
  steps: '200',
  towers: 'auto',
  beside: 'off',
  growth: 'off',
  limit: 'device',
};

export const TRAIN_SETTINGS: Settings<TrainPlan> = {
  version: 1,
  unset: TRAIN_DEFAULTS,
  schema: z.pipe(
    z.object({
      loss: z.enum(TRAINABLE),
      batch: count(MAX_BATCH, 2),
      chunk: count(4096),
      temperature: positive(10).check(z.refine((value) => value >= 0.005, 'At least 0.005.')),
      fixedTemperature: onOrOff,
      learningRate: positive(1),
      seed: count(MAX_SEED, 0),
      steps: count(100_000),
      towers: z.enum(TOWER_DEVICES),
      beside: onOrOff,
      growth: z.enum(GROWTHS),
      limit: z.enum(LIMITS),
    }),
    z.transform(({ steps, towers, beside, growth, limit, ...settings }) => ({
      settings,
      ...{ steps, towers, beside },
      growth: growth === 'off' ? undefined : Number(growth),
      limitBytes: limit === 'device' ? Infinity : Number(limit) * 2 ** 20,
    })),
  ),
};

/** The device for towers that a choice means. */
export const towersDevice = (
  chosen: TrainPlan['towers'],
  { isFallbackAdapter }: Pick<DeviceReport, 'isFallbackAdapter'>,
): TowerDevice => (chosen === 'auto' ? (isFallbackAdapter ? 'wasm' : 'webgpu') : chosen);

/** The losses with their titles, for a choice. */
export const LOSS_CHOICES = TRAINABLE.map((id) => ({ value: id, label: lossOf(id).title }));
