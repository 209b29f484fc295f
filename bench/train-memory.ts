import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import type { StepMemory } from '../src/recipes/contrastive-step.ts';
import type { TrainSettings } from '../src/train/settings.ts';
import type { Jax } from '../src/train/towers.ts';
import { Trainer, type TrainingLab } from '../src/train/trainer.ts';

interface Asked {
  readonly compareMemory?: readonly number[];
  readonly variant?: string;
  readonly json?: string;
}

const HEADS = ['batch', 'chunk', 'activations', 'embeddings', 'gradients', 'loss', 'process'];

const WORDS =
  'MiB. Activations: of one chunk of one tower and its backward, counted in the program that jax-js traces; what it fuses is not stored. Embeddings and their gradients are those ' +
  'of the whole batch, so they grow with it; the loss is its workspace on the device. Process: all of this one after the step, with runtime, ' +
  'compiled code and inputs. It never shrinks, so rows stand in the order in which they were run.';

/** `bench train --compare-memory 256,4096`: what a step holds at the chunk of the settings, then with whole batches as chunks. */
export async function compareMemory(
  jax: Jax,
  lab: TrainingLab,
  settings: TrainSettings,
  { compareMemory: batches = [], variant, json }: Asked,
): Promise<void> {
  const table = new Table({
    head: HEADS,
    style: { head: [], border: [] },
    colAligns: HEADS.map(() => 'right'),
  });
  const steps: (StepMemory & {
    readonly batch: number;
    readonly chunk: number;
    readonly rssBytes: number;
  })[] = [];
  const chunked = batches.map((batch) => ({ batch, chunk: Math.min(batch, settings.chunk) }));
  for (const size of [...chunked, ...batches.map((batch) => ({ batch, chunk: batch }))]) {
    const trainer = new Trainer(jax, lab, {
      ...settings,
      ...size,
      ...(variant !== undefined && { variant }),
    });
    try {
      const { memory } = await trainer.step();
      const rssBytes = process.memoryUsage().rss;
      steps.push({ ...size, ...memory, rssBytes });
      const { activationBytes = NaN, embeddingBytes, gradientBytes, workspaceBytes } = memory;
      const bytes = [activationBytes, embeddingBytes, gradientBytes, workspaceBytes];
      table.push([size.batch, size.chunk, ...bytes.map(mib), (rssBytes / 2 ** 20).toFixed(0)]);
    } finally {
      trainer.dispose();
    }
  }
  console.log(table.toString());
  console.log(WORDS);
  if (json === undefined) return;
  const whole = { format: 'tilewise-training-memory', version: 1, settings, steps };
  writeFileSync(json, `${JSON.stringify(whole, undefined, 2)}\n`);
  console.log(`Report: ${json}`);
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(3);
