import Table from 'cli-table3';
import { Command, InvalidArgumentError, Option } from 'commander';
import type * as LabModule from '../src/worker/lab.ts';
import type * as LibraryModule from '../src/index.ts';
import type * as TimesModule from '../src/core/rank-times.ts';
import { adapterOption, type AdapterId } from './args.ts';
import { sizeList, understood } from './arguments.ts';
import { openAnyDawn } from './backends/dawn.ts';
import { EXIT } from './exit-codes.ts';
import { RING_OPERATIONS, ringCase, SCHEDULES, type RingCase } from './ring-cases.ts';
import { onSourceLab } from './source-lab.ts';

const ROUNDS = 3;

const SHARED_DEVICE =
  'All ranks share the CPU or GPU of this machine: they divide its speed and do not add to it. The memory and work of a rank shrink ' +
  'with their number, and its time does where each has a device of its own. Rows are timed one after another, so times count on ' +
  'a quiet machine only. Statistics of a loss (some words a row) are not in the bytes sent. A transfer is hidden as far as its rank ' +
  'does not wait meanwhile.';

interface Options {
  readonly operation: (typeof RING_OPERATIONS)[number];
  readonly schedule: LibraryModule.Schedule;
  readonly ranks: readonly number[];
  readonly sizes: readonly number[];
  readonly perRank?: true;
  readonly adapter: AdapterId;
}

/**
 * `bench ring --operation attention --ranks 1,2,4 --sizes 256,1024`: bytes, memory and time of a ring's ranks beside one device. In
 * Node on Dawn.
 * @returns the exit code @throws UsageError
 */
export async function ringCommand(args: readonly string[], log: (line: string) => void): Promise<number> {
  const command = new Command('bench ring')
    .description('A loss with its gradients, or attention, over several devices, beside one.')
    .addOption(
      new Option('--operation <name>', 'what ranks share').choices(RING_OPERATIONS).default('contrastive'),
    )
    .addOption(
      new Option('--schedule <name>', 'how they share attention: keys go round, or heads change places')
        .choices(SCHEDULES)
        .default('ring'),
    )
    .option('--ranks <numbers>', 'ranks of the rings, separated by commas', counts, [1, 2, 4])
    .option('--sizes <numbers>', 'rows or tokens, separated by commas', sizeList(2 ** 20), [256, 1024])
    .option('--per-rank', 'sizes are those of one rank: problems grow with the number of ranks')
    .addOption(adapterOption())
    .helpOption('-h, --help', 'show this');
  if (!understood(command, args)) return EXIT.ok;
  const options = command.opts<Options>();
  const gpu = await openAnyDawn({ adapter: options.adapter, log });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  await onSourceLab(options.adapter, log, async (lab, server) => {
    const library = (await server.ssrLoadModule('/src/index.ts')) as typeof LibraryModule;
    const { rankTimes } = (await server.ssrLoadModule('/src/core/rank-times.ts')) as typeof TimesModule;
    const measured = ringCase(options.operation, options.schedule);
    console.log(`${measured.about}.`);
    console.log(await table(lab, library, rankTimes, measured, options));
    console.log(SHARED_DEVICE);
  });
  return EXIT.ok;
}

const HEADS = [
  'N',
  'devices',
  'ms',
  '× one',
  'shard',
  'workspace',
  'sent by each',
  'theory',
  'waits',
  'hidden',
];

/** The mean over the ranks. */
const mean = (ranks: readonly LibraryModule.RankRun[], of: (rank: LibraryModule.RankRun) => number): number =>
  ranks.reduce((sum, rank) => sum + of(rank), 0) / ranks.length;

async function table(
  lab: LabModule.Lab,
  { openRing }: typeof LibraryModule,
  rankTimes: typeof TimesModule.rankTimes,
  measured: RingCase,
  { ranks, sizes, perRank }: Options,
): Promise<string> {
  const rows = new Table({
    head: HEADS,
    style: { head: [], border: [] },
    colAligns: HEADS.map(() => 'right'),
  });
  const problems = sizes.flatMap((size) =>
    perRank === true
      ? ranks.map((count) => ({ size: size * count, counts: [count] }))
      : [{ size, counts: ranks }],
  );
  for (const { size, counts: rings } of problems) {
    const alone = await median(() => measured.alone(lab, size));
    const none = ['–', '–', '–', '–'];
    rows.push([
      size,
      'one',
      ms(alone.ms),
      '1',
      mib(measured.shareBytes(1, size)),
      mib(alone.run.workspaceBytes),
      ...none,
    ]);
    for (const count of rings.filter((each) => each <= measured.mostRanks(size))) {
      const ring = await openRing({ ranks: count });
      const { ms: took, run } = await median(() => measured.together(ring, size));
      ring.close();
      const each = run.ranks ?? [];
      const times = (of: (times: TimesModule.RankTimes) => number) =>
        mean(each, ({ timeline }) => of(rankTimes(timeline)));
      const transfer = times(({ transferMs }) => transferMs);
      rows.push([
        ...[size, `ring of ${count}`, ms(took), (took / alone.ms).toFixed(2)],
        ...[
          mib(measured.shareBytes(count, size)),
          mib(run.workspaceBytes),
          mib(mean(each, ({ sentBytes }) => sentBytes)),
        ],
        ...[mib(measured.theoryBytes(count, size)), `${ms(times(({ waitMs }) => waitMs))} ms`],
        transfer === 0 ? '–' : `${Math.round((100 * times(({ hiddenMs }) => hiddenMs)) / transfer)} %`,
      ]);
    }
  }
  return rows.toString();
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

const ms = (time: number): string => time.toFixed(1);
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(3)} MiB`;

function counts(text: string): number[] {
  const numbers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (numbers.every((count) => count >= 1 && count <= 64)) return [...new Set(numbers)];
  throw new InvalidArgumentError('Expected whole numbers from 1 to 64, separated by commas.');
}
