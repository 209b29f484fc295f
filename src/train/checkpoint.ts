import { z } from '../core/schema.ts';
import { floatTensor, formatShape, type FloatTensor } from '../core/tensor.ts';
import { floatsOf } from '../data/convert.ts';
import { DataError } from '../data/data-error.ts';
import { openSafetensors, writeSafetensors } from '../data/safetensors.ts';
import { trainSettings, type TrainSettings } from './settings.ts';

const FORMAT = 'tilewise-towers';

const settingsSchema = z.strictObject({
  loss: z.string(),
  batch: z.number(),
  chunk: z.number(),
  temperature: z.number(),
  fixedTemperature: z.boolean(),
  learningRate: z.number(),
  seed: z.number(),
});

const count = z.int().check(z.minimum(0));
const progressSchema = z.strictObject({
  steps: count,
  samples: count,
  batch: z.int().check(z.minimum(2)),
  place: z.strictObject({ epoch: count, at: count }),
});

export type Progress = z.infer<typeof progressSchema>;

/** A trainer in a file: what it was asked for, how far it is, and all that it has learnt. */
export interface Checkpoint {
  readonly settings: TrainSettings;
  readonly progress: Progress;
  readonly values: Readonly<Record<string, FloatTensor>>;
}

/** The bytes of a .safetensors file. */
export const writeCheckpoint = ({ settings, progress, values }: Checkpoint): Uint8Array<ArrayBuffer> =>
  writeSafetensors(values, {
    format: FORMAT,
    version: '1',
    settings: JSON.stringify(settings),
    progress: JSON.stringify(progress),
  });

/** Reads a file of `writeCheckpoint`. @throws DataError if it is another file; ShapeError naming a setting that makes no sense */
export async function openCheckpoint(file: Blob, where: string): Promise<Checkpoint> {
  const { arrays, metadata = {} } = await openSafetensors(file, where);
  if (metadata['format'] !== FORMAT) {
    throw new DataError(
      where,
      `a checkpoint of this page (format ${FORMAT})`,
      `format ${metadata['format'] ?? 'none'}`,
    );
  }
  const part = <T>(name: string, schema: z.ZodMiniType<T>): T => {
    const read = schema.safeParse(parsed(metadata[name]));
    if (read.success) return read.data;
    throw new DataError(`${where} › ${name}`, `the ${name} of a checkpoint`, z.prettifyError(read.error));
  };
  const values: Record<string, FloatTensor> = {};
  for (const array of arrays) values[array.name] = floatTensor(array.shape, await floatsOf(array));
  return {
    // The loss is checked with the rest.
    settings: trainSettings(part('settings', settingsSchema) as Partial<TrainSettings>),
    progress: part('progress', progressSchema),
    values,
  };
}

function parsed(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Values of the wanted names and shapes, and no others. @throws DataError naming the first that does not fit */
export function requireValues(
  values: Readonly<Record<string, FloatTensor>>,
  wanted: Readonly<Record<string, readonly number[]>>,
): void {
  for (const [name, shape] of Object.entries(wanted)) {
    const found = values[name];
    const got = found === undefined ? 'nothing' : formatShape(found.shape);
    if (got !== formatShape(shape)) throw new DataError(`checkpoint › ${name}`, formatShape(shape), got);
  }
  const other = Object.keys(values).find((name) => !(name in wanted));
  if (other !== undefined) throw new DataError(`checkpoint › ${other}`, 'nothing of that name', 'values');
}
