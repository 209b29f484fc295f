import { Argument, Command, Option } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import { version } from '../package.json';
import type { OperationId } from '../src/operations/index.ts';
import { addOperationFlags, flagsOfFamily, givenFlags, requireUseful } from './operation-flags.ts';
import { MAX_SIZE, shapingsOf, type GivenFlags } from './shape-options.ts';
import { idList, sizeList, understood, type Output } from './arguments.ts';
import { MAX_SEED } from '../src/measure/inputs.ts';
import type { Shapings } from './shapings.ts';
import { UsageError } from './errors.ts';
import { ABOUT, describeFully, USAGE } from './help.ts';
import { MAIN_FAMILY, operationsOf, subjects, variantIds } from './operations.ts';

export interface BenchOptions {
  readonly operations: readonly OperationId[];
  readonly quick: boolean;
  /** Ids known to at least one of the operations; absent: all. */
  readonly variants?: readonly string[];
  /** Ascending; absent: the usual ones. */
  readonly sizes?: readonly number[];
  /** The changes that options make to problems. Absent: problems are as usual. */
  readonly shapings?: Shapings;
  /** The seed of the random inputs; absent: the usual one. */
  readonly seed?: number;
  readonly json?: string;
  readonly html?: string;
  readonly baseline?: string;
  readonly failOnSlower: boolean;
  readonly backend: BackendId;
  readonly adapter: AdapterId;
  /** A folder for the compiled kernels, which are not measured then. */
  readonly dump?: string;
  /** Whether to print modelled traffic by tile; with `sweep`, beside the time of these tiles. */
  readonly io: boolean;
  /** Whether to measure attention as servers ask for it. */
  readonly serving: boolean;
  /** Whether to measure every tile shape of every variant, in place of the variants beside each other. */
  readonly sweep: boolean;
  /** Whether the device's own speed is measured too. */
  readonly yardstick: boolean;
  /** The time of each search, in ms. */
  readonly tuneBudgetMs: number;
  /** The file of tuned parameters; absent: the usual place. `false`: they are not used. */
  readonly tuned?: string | false;
}

export const BACKEND_IDS = ['browser', 'dawn'] as const;
export type BackendId = (typeof BACKEND_IDS)[number];

export const ADAPTER_IDS = ['default', 'swiftshader'] as const;
export type AdapterId = (typeof ADAPTER_IDS)[number];

/**
 * Reads the arguments after `npm run bench --`. `undefined`: help was asked for, and given.
 * @throws UsageError on anything that is not understood
 */
export function parseArgs(
  args: readonly string[],
  backends: readonly BackendId[] = BACKEND_IDS,
  output?: Output,
): BenchOptions | undefined {
  const command = program(backends, helpSubject(args));
  if (!understood(command, args, output)) return undefined;
  const subject = command.processedArgs[0] as string | undefined;
  return benchOptions(subject, command.opts(), givenFlags(command.opts()));
}

interface RawOptions {
  quick?: boolean;
  variants?: readonly string[];
  sizes?: readonly number[];
  seed?: number;
  json?: string;
  html?: string;
  baseline?: string;
  failOn?: 'slower';
  backward?: true;
  backend: BackendId;
  adapter: AdapterId;
  dump?: string;
  sweep?: true;
  io?: true;
  serving?: true;
  budget: number;
  yardstick: boolean;
  tuned?: string | boolean;
}

/** The subject that help is asked for: the first word that names operations. */
const helpSubject = (args: readonly string[]): string | undefined =>
  args.find((arg) => arg !== 'all' && subjects().includes(arg));

/** Asks for the adapter, wherever a browser or Dawn is started. */
export const adapterOption = (): Option =>
  new Option('--adapter <name>', 'default: the best that there is; swiftshader: a CPU, the same everywhere')
    .choices(ADAPTER_IDS)
    .default('default');

const BACKEND_WORDS: Readonly<Record<BackendId, string>> = {
  browser: 'browser: Chrome or Chromium',
  dawn: 'dawn: WebGPU inside Node',
};

function program(backends: readonly BackendId[], subject: string | undefined): Command {
  const command = new Command('bench')
    .usage(USAGE)
    .description(ABOUT)
    .addArgument(
      new Argument(
        '[operation]',
        `what to measure (default: all, or ${MAIN_FAMILY} if one of its flags is given)`,
      ),
    )
    .optionsGroup('What to measure:')
    .option('--quick', 'small sizes and few samples: two to three minutes for all on a CPU')
    .option('--variants <ids>', 'only these variants, separated by commas', idList('--variants'))
    .option(
      '--sizes <numbers>',
      'sizes in place of the usual cases, separated by commas: tokens, keys or rows, as the operation has them',
      sizeList(MAX_SIZE),
    )
    .option('--seed <number>', 'of the random inputs (default: 1)', seedOf)
    .option(
      '--no-yardstick',
      "leave out the device's own speed: its fastest matmul, multiply-adds and copies",
    )
    .option('--sweep', 'every tile shape blockM × blockN of each variant, as a heat map')
    .option('--serving', 'attention as servers ask for it, each way beside another, with the published gain')
    .option(
      '--io',
      'measure nothing: the bytes that attention moves by tile, in a model; with --sweep, times too',
    )
    .option(
      '--dump <folder>',
      'measure nothing: write the WGSL of each kernel and what Dawn compiles it to, and count instructions',
    )
    .optionsGroup('Report:')
    .option('--json <file>', 'write the report to this file')
    .option('--html <file>', 'write the report, with charts, to this file as one page')
    .option('--baseline <file>', 'compare with this earlier report of the same device')
    .addOption(
      new Option('--fail-on <slower>', 'exit with 1 if anything is slower than the baseline').choices([
        'slower',
      ]),
    )
    .optionsGroup('Device:')
    .addOption(
      new Option(
        '--backend <name>',
        `${backends.map((id) => BACKEND_WORDS[id]).join('; ')} (default: ${backends[0]})`,
      )
        .choices(backends)
        .default(backends[0]),
    )
    .addOption(adapterOption())
    .optionsGroup('Tuned parameters:')
    .option('--tuned <file>', 'where they are kept (default: ~/.cache/tilewise/tuned.json)')
    .option('--no-tuned', 'use the defaults of each variant instead')
    .option(
      '--budget <seconds>',
      'tune: the time to search for each variant and problem (default: 60)',
      seconds,
      60,
    )
    .optionsGroup('Help:')
    .version(version, '-V, --version', 'say which Tilewise this is')
    .helpOption('-h, --help', 'show this; after the name of an operation, its flags too');
  addOperationFlags(command, subject);
  return describeFully(command);
}

function benchOptions(named: string | undefined, raw: RawOptions, given: GivenFlags): BenchOptions {
  const {
    quick = false,
    backward = false,
    variants,
    sizes,
    seed,
    json,
    html,
    baseline,
    failOn,
    backend,
    adapter,
    dump,
    sweep = false,
    io = false,
    serving = false,
    budget,
    yardstick,
    tuned,
  } = raw;
  requireSubject(named);
  const isShaped = backward || flagsOfFamily(MAIN_FAMILY, given).length > 0;
  const subject = named ?? (isShaped ? MAIN_FAMILY : 'all');
  const isChosen = isShaped || sizes !== undefined;
  const operations = operationsOf(subject, backward ? 'backward' : isChosen ? 'forward' : 'every');
  requireUseful(operations, backward, given);
  if (failOn !== undefined && baseline === undefined) {
    throw new UsageError('--fail-on slower needs a report to compare with: add --baseline FILE');
  }
  requireVariants(variants ?? [], operations, named);
  const shapings = shapingsOf(operations, given, sizes);
  return {
    operations,
    quick,
    ...(variants && { variants }),
    ...(sizes && { sizes }),
    ...(Object.keys(shapings).length > 0 && { shapings }),
    ...(seed !== undefined && { seed }),
    ...(json !== undefined && { json }),
    ...(html !== undefined && { html }),
    ...(baseline !== undefined && { baseline }),
    failOnSlower: failOn === 'slower',
    backend,
    adapter,
    ...(dump !== undefined && { dump }),
    sweep,
    io,
    serving,
    yardstick,
    tuneBudgetMs: 1000 * budget,
    ...(tuned === undefined || tuned === true ? {} : { tuned }),
  };
}

/** @throws UsageError that names the variants of the operations that were asked for, by name */
function requireVariants(
  ids: readonly string[],
  operations: readonly OperationId[],
  named: string | undefined,
): void {
  const known = operations.flatMap(variantIds);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  const nearest = closest(unknown, known);
  const hint = distance(unknown, nearest) <= unknown.length / 2 ? ` (Did you mean ${nearest}?)` : '';
  const lists = operations.map((each) => `${each} has ${variantIds(each).join(', ')}`);
  const names = named === undefined || named === 'all' ? '' : `: ${lists.join('; ')}`;
  throw new UsageError(`unknown variant '${unknown}'${hint}${names}`);
}

function requireSubject(named: string | undefined): void {
  if (named === undefined || subjects().includes(named)) return;
  const nearest = closest(named, [...subjects()]);
  throw new UsageError(
    `there is no operation '${named}'; there are ${subjects().join(', ')}. Did you mean ${nearest}?`,
  );
}

function seedOf(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value <= MAX_SEED) return value;
  throw new UsageError(`--seed '${text}': expected a whole number from 0 to ${MAX_SEED}`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`--budget '${text}': expected a number of seconds above 0`);
}
