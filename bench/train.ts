import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { openCheckpoint, writeCheckpoint, type Checkpoint } from '../src/train/checkpoint.ts';
import { largerBatch, type BatchOutcome } from '../src/train/larger-batch.ts';
import { loadJax } from '../src/train/load-jax.ts';
import { noiseScale, whyNoScale } from '../src/train/noise-scale.ts';
import { HELD_OUT, MAX_BATCH } from '../src/train/pairs.ts';
import { DEFAULT_SETTINGS, TRAINABLE, trainSettings, type TrainSettings } from '../src/train/settings.ts';
import type { Jax } from '../src/train/towers.ts';
import { Trainer, type TrainingLab } from '../src/train/trainer.ts';
import { adapterOption, type AdapterId } from './args.ts';
import { sizeList, understood } from './arguments.ts';
import { isNamed, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { onSourceLab } from './source-lab.ts';
import { compareMemory } from './train-memory.ts';

/** Held-out pairs among which a run looks for each other's. */
const AMONG = 64;

interface Options extends TrainSettings {
  readonly steps: number;
  readonly every: number;
  readonly variant?: string;
  readonly noise?: true;
  readonly compareBatches?: readonly number[];
  readonly compareMemory?: readonly number[];
  readonly save?: string;
  readonly load?: string;
  readonly json?: string;
  readonly adapter: AdapterId;
}

/**
 * `bench train --steps 200 --loss siglip`: two small towers learn pictures and their descriptions, by jax-js and the lab's losses. In
 * Node: the towers in WebAssembly, the loss on Dawn.
 * @returns the exit code @throws UsageError
 */
export async function trainCommand(args: readonly string[], log: (line: string) => void): Promise<number> {
  const { batch, chunk, temperature, learningRate, seed, loss } = DEFAULT_SETTINGS;
  const command = new Command('bench train')
    .description(
      'Trains a tower for pictures and one for words on made data, with the gradients of a contrastive loss, and prints loss and recall.',
    )
    .addOption(new Option('--loss <name>', 'the loss').choices(TRAINABLE).default(loss))
    .option('--steps <n>', 'steps to make', Number, 200)
    .option('--batch <n>', 'pairs of a step', Number, batch)
    .option('--chunk <n>', 'pairs that the towers encode at a time', Number, chunk)
    .option('--temperature <t>', 'where the temperature begins', Number, temperature)
    .option('--fixed-temperature', 'do not learn the temperature', false)
    .option('--learning-rate <r>', 'of Adam', Number, learningRate)
    .option('--seed <n>', 'of data, order and first parameters', Number, seed)
    .option('--variant <id>', 'the kernels of the loss: naive, tiled, … (default: the fastest)')
    .option('--every <n>', 'steps between two lines', Number, 20)
    .option('--noise', 'estimate the gradient noise scale beside each line')
    .option(
      '--compare-batches <numbers>',
      'is a larger batch worth it: a run with each, all on as many pairs as steps × batch',
      sizeList(2 ** 20),
    )
    .option(
      '--compare-memory <numbers>',
      'what a step of each of these batches holds, in chunks and at once',
      sizeList(MAX_BATCH),
    )
    .option('--save <file>', 'write a checkpoint (.safetensors) at the end')
    .option('--load <file>', 'go on from a checkpoint, with its settings')
    .option('--json <file>', 'write the figures')
    .addOption(adapterOption())
    .helpOption('-h, --help', 'show this');
  if (!understood(command, args)) return EXIT.ok;
  const options = command.opts<Options>();
  requireCount('--steps', options.steps);
  requireCount('--every', options.every);
  const checkpoint = options.load === undefined ? undefined : await loaded(options.load);
  const settings = checkpoint?.settings ?? refusedByName(() => trainSettings(own(options)));
  return onSourceLab(options.adapter, log, async (lab) => {
    const { jax } = await loadJax('wasm');
    try {
      if (options.compareBatches !== undefined) await compareBatches(jax, lab, settings, options, log);
      else if (options.compareMemory !== undefined) await compareMemory(jax, lab, settings, options);
      else await train(jax, lab, settings, options, checkpoint);
    } catch (error) {
      throw asUsage(error);
    }
    return EXIT.ok;
  });
}

const own = ({
  loss,
  batch,
  chunk,
  temperature,
  fixedTemperature,
  learningRate,
  seed,
}: Options): TrainSettings => ({
  ...{ loss, batch, chunk, temperature, fixedTemperature, learningRate, seed },
});

/** One line of the curve. */
interface Line {
  readonly step: number;
  readonly samples: number;
  readonly loss: number;
  readonly temperature: number;
  /** Recall@1 among held-out pairs: `rows` finds the words of a picture, `cols` the picture of some words. */
  readonly recall: { readonly rows: number; readonly cols: number };
  readonly noisePairs?: number | undefined;
}

const LINE_WIDTHS = [6, 8, 9, 8, 10, 10, 9] as const;

const row = (cells: readonly string[]): string =>
  cells.map((cell, at) => cell.padStart(LINE_WIDTHS[at] ?? 0)).join(' ');

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

async function train(
  jax: Jax,
  lab: TrainingLab,
  settings: TrainSettings,
  { steps, every, variant, noise, save, json }: Options,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  const trainer = new Trainer(jax, lab, { ...settings, ...(variant !== undefined && { variant }) });
  if (checkpoint !== undefined) trainer.restore(checkpoint);
  const lines: Line[] = [];
  console.log(
    `Loss ${settings.loss}, batches of ${settings.batch} in chunks of ${settings.chunk}, seed ${settings.seed}. Recall@1 among ${AMONG} ` +
      `pairs whose descriptions are never trained on; chance is ${share(1 / AMONG)}.`,
  );
  console.log(row(['step', 'pairs', 'loss', 'temp.', 'by words', 'by picture', ...(noise ? ['noise'] : [])]));
  const start = performance.now();
  const last = trainer.steps + steps;
  while (trainer.steps < last) {
    const { step, samples, loss, temperature } = await trainer.step();
    if (step % every !== 0 && step !== last && step !== last - steps + 1) continue;
    const { recall } = await trainer.heldOut(AMONG);
    const scale = noise && (await noiseScale(trainer, noiseSizes(settings.batch)));
    const line: Line = {
      step,
      samples,
      loss,
      temperature,
      recall,
      ...(scale && { noisePairs: scale.pairs }),
    };
    lines.push(line);
    console.log(`${row(cells(line, noise === true))} ${bar(recall.cols)}`);
  }
  console.log(`${steps} steps in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
  if (noise) console.log(`${NOISE_WORDS} A dash: an estimate came out below 0, which gives no scale.`);
  if (save !== undefined) {
    writeFileSync(save, writeCheckpoint(await trainer.checkpoint()));
    console.log(`Checkpoint: ${save}`);
  }
  if (json !== undefined) report(json, { settings, lines });
  trainer.dispose();
}

const noiseSizes = (batch: number) => ({ small: Math.max(2, batch >> 2), large: batch, repeats: 4 });

const NOISE_WORDS =
  'noise: the batch at which noise and gradient are of one size; below it, a batch twice as large saves nearly half of the steps.';

const cells = ({ step, samples, loss, temperature, recall, noisePairs }: Line, noise: boolean): string[] => [
  ...[
    String(step),
    String(samples),
    loss.toFixed(4),
    temperature.toFixed(3),
    share(recall.cols),
    share(recall.rows),
  ],
  ...(noise ? [noisePairs === undefined ? '–' : noisePairs.toFixed(0)] : []),
];

const bar = (value: number): string => '█'.repeat(Math.round(24 * value));

async function compareBatches(
  jax: Jax,
  lab: TrainingLab,
  settings: TrainSettings,
  { steps, variant, compareBatches: batches = [], json }: Options,
  log: (line: string) => void,
): Promise<void> {
  const samples = steps * settings.batch;
  const outcomes = await largerBatch(
    jax,
    lab,
    { ...settings, ...(variant !== undefined && { variant }) },
    {
      batches,
      samples,
      onOutcome: ({ batch, ms }) => {
        log(`batch ${batch}: ${(ms / 1000).toFixed(1)} s`);
      },
    },
  );
  console.log(
    `Loss ${settings.loss}: each run sees ${samples} pairs. Recall@1 among ${HELD_OUT}; chance is ${share(1 / HELD_OUT)}.`,
  );
  console.log(batchTable(outcomes));
  for (const { batch, noise } of outcomes) {
    const why = whyNoScale(noise);
    if (why !== undefined) console.log(`Batch ${batch} has no noise scale: ${why}.`);
  }
  console.log(`${NOISE_WORDS} Smaller batches have fewer negatives as well, so it is a guide and no law.`);
  if (json !== undefined) report(json, { settings, outcomes });
}

function batchTable(outcomes: readonly BatchOutcome[]): string {
  const head = ['batch', 'steps', 'by words', 'by picture', 'noise scale', 's'];
  const table = new Table({
    head,
    style: { head: [], border: [] },
    colAligns: head.map(() => 'right'),
  });
  for (const { batch, steps, recall, noise, ms } of outcomes) {
    const pairs = noise.pairs === undefined ? '–' : noise.pairs.toFixed(0);
    table.push([batch, steps, share(recall.cols), share(recall.rows), pairs, (ms / 1000).toFixed(1)]);
  }
  return table.toString();
}

function report(file: string, figures: object): void {
  const whole = { format: 'tilewise-training', version: 1, among: AMONG, ...figures };
  writeFileSync(file, `${JSON.stringify(whole, undefined, 2)}\n`);
  console.log(`Report: ${file}`);
}

async function loaded(file: string): Promise<Checkpoint> {
  try {
    return await openCheckpoint(new Blob([readFileSync(file)]), path.basename(file));
  } catch (error) {
    if (error instanceof Error) throw new UsageError(`--load ${file}: ${error.message}`);
    throw error;
  }
}

function requireCount(flag: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= 1e6) return;
  throw new UsageError(`${flag}: expected a whole number from 1 to 1000000, got ${value}`);
}

function refusedByName<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw asUsage(error);
  }
}

/** Refusals of arguments are bad usage; anything else stays what it is. */
const asUsage = (error: unknown): unknown =>
  isNamed(error, 'ShapeError') || isNamed(error, 'UnsupportedError') || isNamed(error, 'DataError')
    ? new UsageError(error.message)
    : error;
