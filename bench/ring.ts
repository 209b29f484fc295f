import Table from 'cli-table3';
import { Command, Option } from 'commander';
import type * as LabModule from '../src/worker/lab.ts';
import type * as LibraryModule from '../src/index.ts';
import { rankTimes, type RankTimes } from '../src/core/rank-times.ts';
import { formatError } from '../src/measure/format.ts';
import { outputDifference } from '../src/measure/output-difference.ts';
import { RING_OPERATIONS, type RingOperation } from '../src/ring/theory.ts';
import { adapterOption, type AdapterId } from './args.ts';
import { sizeList, understood, type Output } from './arguments.ts';
import { openAnyDawn } from './backends/dawn.ts';
import { isNamed, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { addOperationFlags, givenFlags, requireUseful } from './operation-flags.ts';
import { rankCounts, ringCase, SCHEDULES, type RingCase } from './ring-cases.ts';
import { onSourceLab } from './source-lab.ts';

const ROUNDS = 3;

const SHARED_DEVICE =
  'All ranks share the CPU or GPU of this machine: they divide its speed and do not add to it. The memory and work of a rank shrink ' +
  'with their number, and its time does where each has a device of its own. Rows are timed one after another, so times count on ' +
  'a quiet machine only; those of a ring hold the way of shards to its devices and back, which one device is spared. Statistics of a loss (some words a row) are not in the bytes sent. A transfer is hidden as far as its rank ' +
  'does not wait meanwhile. Results differ from those of one device by that relative L2; each is checked against float64 as well.';

interface Options {
  readonly operation: RingOperation;
  readonly schedule: LibraryModule.Schedule;
  readonly ranks: readonly number[];
  readonly sizes: readonly number[];
  readonly perRank?: true;
  readonly backward?: true;
  readonly adapter: AdapterId;
}

/** A problem, and the rings that share it. */
interface Shared extends RingCase {
  readonly size: number;
  readonly rings: readonly number[];
}

/** All that `bench ring` was asked for. */
export interface RingRequest {
  readonly operation: RingOperation;
  readonly schedule: LibraryModule.Schedule;
  readonly adapter: AdapterId;
  readonly problems: readonly Shared[];
}

/**
 * Reads the arguments of `bench ring`. `undefined`: help was asked for, and given.
 * @throws UsageError
 */
export function ringRequest(args: readonly string[], output?: Output): RingRequest | undefined {
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
    .option('--ranks <numbers>', 'ranks of the rings, separated by commas', rankCounts, [1, 2, 4])
    .option('--sizes <numbers>', 'rows or tokens, separated by commas', sizeList(2 ** 20), [256, 1024])
    .option('--per-rank', 'sizes are those of one rank: problems grow with the number of ranks')
    .addOption(adapterOption())
    .helpOption('-h, --help', 'show this');
  addOperationFlags(command, subjectOf(args));
  if (!understood(command, args, output)) return undefined;
  const { operation: named, backward, schedule, adapter, ranks, sizes, perRank } = command.opts<Options>();
  const operation = named === 'attention' && backward === true ? 'attention-backward' : named;
  const given = givenFlags(command.opts());
  requireUseful([operation], backward === true && operation === 'contrastive', given);
  const shared = (size: number, rings: readonly number[]): Shared => ({
    ...ringCase(operation, schedule, size, given),
    ...{ size, rings },
  });
  const problems = sizes.flatMap((size) =>
    perRank === true ? ranks.map((count) => shared(size * count, [count])) : [shared(size, ranks)],
  );
  return { operation, schedule, adapter, problems };
}

/** The operation whose flags help lists. */
function subjectOf(args: readonly string[]): string {
  const named = args[args.indexOf('--operation') + 1] ?? '';
  return RING_OPERATIONS.find((id) => id === named) ?? RING_OPERATIONS[0];
}

/**
 * `bench ring --operation attention --ranks 1,2,4 --sizes 256,1024`: bytes, memory and time of a ring's ranks beside one device. In
 * Node on Dawn.
 * @returns the exit code: 1 if a result is wrong @throws UsageError
 */
export async function ringCommand(args: readonly string[], log: (line: string) => void): Promise<number> {
  const request = ringRequest(args);
  if (request === undefined) return EXIT.ok;
  const { adapter, problems } = request;
  const gpu = await openAnyDawn({ adapter, log });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    return await onSourceLab(adapter, log, async (lab, server) => {
      const library = (await server.ssrLoadModule('/src/index.ts')) as typeof LibraryModule;
      console.log(`${problems[0]?.about ?? ''}.`);
      const { text, wrong } = await table(lab, library, request);
      console.log(text);
      console.log(SHARED_DEVICE);
      for (const one of wrong) log(`WRONG: ${one}`);
      return wrong.length > 0 ? EXIT.bad : EXIT.ok;
    });
  } catch (error) {
    if (isNamed(error, 'UnsupportedError') || isNamed(error, 'ShapeError'))
      throw new UsageError(error.message);
    throw error;
  }
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
  'differs',
];

/** The mean over the ranks. */
const mean = (ranks: readonly LibraryModule.RankRun[], of: (rank: LibraryModule.RankRun) => number): number =>
  ranks.reduce((sum, rank) => sum + of(rank), 0) / ranks.length;

async function table(
  lab: LabModule.Lab,
  { openRing }: typeof LibraryModule,
  { operation, schedule, problems }: RingRequest,
): Promise<{ readonly text: string; readonly wrong: readonly string[] }> {
  const rows = new Table({
    head: HEADS,
    style: { head: [], border: [] },
    colAligns: HEADS.map(() => 'right'),
  });
  const wrong: string[] = [];
  const notes = new Set<string>();
  for (const { size, rings, problem, variant, mostRanks, shareBytes, sentBytes } of problems) {
    const kernel = { operation, problem, variant };
    const alone = await unlessUnsupported(median((check) => lab.compute(kernel, { check })));
    const one = typeof alone === 'string' ? undefined : alone;
    const none = ['–', '–', '–', '–', '–'];
    rows.push([
      ...[size, 'one', one ? ms(one.ms) : '–', one ? '1' : '–', mib(shareBytes(1))],
      ...[one ? mib(one.run.workspaceBytes) : '–', ...none],
    ]);
    if (typeof alone === 'string') notes.add(`One device cannot: ${alone}.`);
    if (one?.right === false) wrong.push(`${size}, one device`);
    for (const count of rings.filter((each) => each <= mostRanks)) {
      const ring = await openRing({ ranks: count });
      const shared = await median((check) => ring.compute({ operation, problem }, { schedule, check }));
      ring.close();
      const { ms: took, run, right } = shared;
      const each = run.ranks ?? [];
      const times = (of: (times: RankTimes) => number) =>
        mean(each, ({ timeline }) => of(rankTimes(timeline)));
      const transfer = times(({ transferMs }) => transferMs);
      rows.push([
        ...[size, `ring of ${count}`, ms(took), one ? (took / one.ms).toFixed(2) : '–'],
        ...[mib(shareBytes(count)), mib(run.workspaceBytes), mib(mean(each, (rank) => rank.sentBytes))],
        ...[mib(sentBytes(count)), `${ms(times(({ waitMs }) => waitMs))} ms`],
        transfer === 0 ? '–' : `${Math.round((100 * times(({ hiddenMs }) => hiddenMs)) / transfer)} %`,
        one ? formatError(outputDifference(shared.outputs, one.outputs)) : '–',
      ]);
      if (!right) wrong.push(`${size}, ring of ${count}`);
    }
  }
  return { text: [rows.toString(), ...notes].join('\n'), wrong };
}

/** The result of work, or the reason why a device does not support it: one device computes in f16 where a ring computes in f32. */
const unlessUnsupported = <T>(work: Promise<T>): Promise<T | string> =>
  work.catch((error: unknown) => {
    if (isNamed(error, 'UnsupportedError')) return error.message;
    throw error;
  });

type Computed = Awaited<ReturnType<LibraryModule.Ring['compute']>>;

/** The first call compiles and is checked, and is not counted. Times leave out the making of inputs. */
async function median(
  call: (check: boolean) => Promise<Computed>,
): Promise<Computed & { readonly ms: number; readonly right: boolean }> {
  let last = await call(true);
  const right = last.run.check?.ok === true;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    last = await call(false);
    times.push(last.run.wallMs);
  }
  return { ...last, right, ms: times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN };
}

const ms = (time: number): string => time.toFixed(1);
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(3)} MiB`;
