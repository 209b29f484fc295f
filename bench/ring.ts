import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import type * as LabModule from '../src/worker/lab.ts';
import type * as LibraryModule from '../src/index.ts';
import { adapterOption, type AdapterId } from './args.ts';
import { sizeList, understood } from './arguments.ts';
import { NO_DRIVER, openDawn } from './backends/dawn.ts';
import { sourceServer } from './backends/lab-from-source.ts';
import { deviceName } from './device.ts';
import { isNamed, NoWebGPUError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

const EMBED_DIM = 256;
const ROUNDS = 3;

const SHARED_DEVICE =
  'All ranks share the CPU or GPU of this machine: they divide its speed and do not add to it. What a rank holds and computes shrinks ' +
  'with their number, and so does its time where each has a device of its own. Rows are timed one after another, so times count on ' +
  'a quiet machine only. Statistics (some words a row) are not in the bytes sent.';

/** A softmax loss with both gradients: y goes round twice and its gradient once. */
const theoryBytes = (ranks: number, size: number): number => (3 * (ranks - 1) * 4 * size * EMBED_DIM) / ranks;

interface Options {
  readonly ranks: readonly number[];
  readonly sizes: readonly number[];
  readonly adapter: AdapterId;
}

/**
 * `bench ring --ranks 1,2,4 --sizes 256,1024`: bytes, memory and time of a ring's ranks beside one device, for the CLIP loss with
 * both gradients. In Node on Dawn.
 * @returns the exit code @throws UsageError
 */
export async function ringCommand(args: readonly string[], log: (line: string) => void): Promise<number> {
  const command = new Command('bench ring')
    .description(
      `A CLIP loss with both gradients over several devices, beside one. Embeddings are ${EMBED_DIM} wide.`,
    )
    .option('--ranks <numbers>', 'ranks of the rings, separated by commas', counts, [1, 2, 4])
    .option('--sizes <numbers>', 'rows of x and y, separated by commas', sizeList(2 ** 20), [256, 1024])
    .addOption(adapterOption())
    .helpOption('-h, --help', 'show this');
  if (!understood(command, args)) return EXIT.ok;
  const { ranks, sizes, adapter } = command.opts<Options>();
  const gpu = openDawn({ adapter, log });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const server = await sourceServer();
  try {
    const { Lab } = (await server.ssrLoadModule('/src/worker/lab.ts')) as typeof LabModule;
    const library = (await server.ssrLoadModule('/src/index.ts')) as typeof LibraryModule;
    const lab = await Lab.open({ gpu }).catch((error: unknown) => {
      throw isNamed(error, 'UnsupportedError') ? new NoWebGPUError(NO_DRIVER) : error;
    });
    log(`Adapter: ${deviceName(lab.device)}`);
    console.log(await measured(lab, library, ranks, sizes));
    console.log(SHARED_DEVICE);
    lab.close();
  } finally {
    await server.close();
  }
  return EXIT.ok;
}

async function measured(
  lab: LabModule.Lab,
  { openRing }: typeof LibraryModule,
  ranks: readonly number[],
  sizes: readonly number[],
): Promise<string> {
  const table = new Table({
    head: ['N', 'devices', 'ms', '× one', 'x, y and gradients', 'workspace', 'sent by each', 'theory'],
    style: { head: [], border: [] },
    colAligns: ['right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const size of sizes) {
    const args = argsOf(size);
    const whole = 4 * size * EMBED_DIM * 4;
    const alone = await median(() => lab.contrastive(args, { variant: 'tiled' }));
    table.push([size, 'one', ms(alone.ms), '1', mib(whole), mib(alone.run.workspaceBytes), '–', '–']);
    for (const count of ranks.filter((each) => each <= size)) {
      const ring = await openRing({ ranks: count });
      const { ms: took, run } = await median(() => ring.contrastive(args));
      ring.close();
      const sent = (run.ranks ?? []).reduce((sum, { sentBytes }) => sum + sentBytes, 0) / count;
      const theory = theoryBytes(count, size);
      const rest = [mib(whole / count), mib(run.workspaceBytes), mib(sent), mib(theory)];
      table.push([size, `ring of ${count}`, ms(took), (took / alone.ms).toFixed(2), ...rest]);
    }
  }
  return table.toString();
}

type Run = LibraryModule.Run;

/** The first call compiles, and is not counted. */
async function median(call: () => Promise<{ readonly run: Run }>): Promise<{ ms: number; run: Run }> {
  let { run } = await call();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    ({ run } = await call());
    times.push(performance.now() - start);
  }
  return { run, ms: times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN };
}

function argsOf(size: number) {
  const tensor = (step: number) => ({
    shape: [size, EMBED_DIM],
    data: Float32Array.from({ length: size * EMBED_DIM }, (_, at) => Math.sin(step * at)),
  });
  return { loss: 'clip', x: tensor(1.1), y: tensor(1.3), normalize: true, gradients: ['x', 'y'] } as const;
}

const ms = (time: number): string => time.toFixed(1);
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(3)} MiB`;

function counts(text: string): number[] {
  const numbers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (numbers.every((count) => count >= 1 && count <= 64)) return [...new Set(numbers)];
  throw new InvalidArgumentError('Expected whole numbers from 1 to 64, separated by commas.');
}
