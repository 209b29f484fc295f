import { Argument, Command, Option } from 'commander';
import type { OperationId } from '../src/operations/index.ts';
import {
  addOperationFlags,
  FAMILY_OF_PASSES,
  flagsOfFamily,
  givenFlags,
  requireUseful,
} from './operation-flags.ts';
import { MAX_SIZE, shapingsOf, type GivenFlags } from './shape-options.ts';
import { idList, sizeList, understood, type Output } from './arguments.ts';
import { MAX_SEED } from '../src/measure/inputs.ts';
import type { Shapings } from './shapings.ts';
import { UsageError } from './errors.ts';
import { operationIds, operationsOf, subjects, variantIds } from './operations.ts';

export interface BenchOptions {
  readonly operations: readonly OperationId[];
  readonly quick: boolean;
  /** Ids known to at least one of the operations; absent: all. */
  readonly variants?: readonly string[];
  /** Ascending; absent: the usual ones. */
  readonly sizes?: readonly number[];
  /** The changes that options make to problems. Absent: problems are as usual. */
  readonly shapings?: Shapings;
  /** Of the random inputs; absent: the usual one. */
  readonly seed?: number;
  readonly json?: string;
  readonly html?: string;
  readonly baseline?: string;
  readonly failOnSlower: boolean;
  readonly backend: BackendId;
  readonly adapter: AdapterId;
  /** Every tile of every variant, in place of the variants beside each other. */
  readonly sweep: boolean;
  /** Of each search, in ms. */
  readonly tuneBudgetMs: number;
  /** Where tuned parameters are kept; absent: the usual place. `false`: they are not used. */
  readonly tuned?: string | false;
}

export const BACKEND_IDS = ['browser', 'dawn'] as const;
export type BackendId = (typeof BACKEND_IDS)[number];

export const ADAPTER_IDS = ['default', 'swiftshader'] as const;
export type AdapterId = (typeof ADAPTER_IDS)[number];

const EPILOGUE = `
Without --json and --html, the report goes to tilewise-report.json and tilewise-report.html here.

Exit code: 0 all correct; 1 a wrong or failed result, or slower than the baseline with --fail-on slower;
2 bad usage; 3 no browser or no WebGPU. Out of memory and unsupported are findings, not failures.

Examples:
  npm run bench -- all --quick
  npm run bench -- attention --variants naive,flash --sizes 256,1024
  npm run bench -- attention --kv-heads 2 --window 128 --softcap 30 --sizes 1024
  npm run bench -- attention --help
  npm run bench -- attention --preset slidingWindow:left=128,right=0
  npm run bench -- contrastive --loss siglip --logit-bias -10
  npm run bench -- all --json today.json --baseline yesterday.json --fail-on slower
  npm run bench -- compare yesterday.json today.json
  npm run bench -- tune attention --variants flash --sizes 512
  npm run bench -- attention --sweep --variants flash --sizes 512`;

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
  sweep?: true;
  budget: number;
  tuned?: string | boolean;
}

/** The subject that help is asked for: the first word that names operations. */
const helpSubject = (args: readonly string[]): string | undefined =>
  args.find((arg) => arg !== 'all' && subjects().includes(arg));

/** The same wherever a browser or Dawn is started. */
export const adapterOption = (): Option =>
  new Option('--adapter <name>', 'default: the best there is; swiftshader: the CPU, same everywhere')
    .choices(ADAPTER_IDS)
    .default('default');

function program(backends: readonly BackendId[], subject: string | undefined): Command {
  const known = operationIds()
    .map((id) => `${id}: ${variantIds(id).join(', ')}`)
    .join('; ');
  const command = new Command('bench')
    .usage('[tune] [operation|all] [options] | compare <before> <after>')
    .description(
      'Checks every kernel variant against a float64 reference, measures it on this machine, and prints a table.',
    )
    .addArgument(
      new Argument('[operation]', 'what to measure (all; attention, if its options are given)').choices(
        subjects(),
      ),
    )
    .option('--quick', 'small sizes and few samples: a minute or so, even on a CPU')
    .option('--variants <ids>', `only these, separated by commas (${known})`, idList('--variants'))
    .option(
      '--sizes <numbers>',
      'tokens (attention: of keys and queries) or rows (contrastive) in place of the usual cases',
      sizeList(MAX_SIZE),
    )
    .option('--seed <number>', 'of the random inputs (default: 1)', seedOf)
    .option('--json <file>', 'write the report here')
    .option('--html <file>', 'write the report with charts here, as one page')
    .option('--baseline <file>', 'compare with this earlier report from the same device')
    .option('--sweep', 'measure every tile blockM × blockN of each variant: a heat map')
    .option('--tuned <file>', 'where tuned parameters are kept (default: ~/.cache/tilewise/tuned.json)')
    .option('--no-tuned', 'use defaults, whatever tuning has kept')
    .option('--budget <seconds>', 'tune: how long to search for each variant and problem', seconds, 60)
    .addOption(
      new Option('--fail-on <verdict>', 'exit with 1 if anything is slower than the baseline').choices([
        'slower',
      ]),
    )
    .addOption(
      new Option('--backend <name>', 'browser: Chrome or Chromium; dawn: WebGPU inside Node')
        .choices(backends)
        .default(backends[0]),
    )
    .addOption(adapterOption())
    .helpOption('-h, --help', 'show this; after the name of an operation, its options too')
    .addHelpText('after', EPILOGUE);
  addOperationFlags(command, subject);
  return command;
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
    sweep = false,
    budget,
    tuned,
  } = raw;
  const isShaped = backward || flagsOfFamily(FAMILY_OF_PASSES, given).length > 0;
  const subject = named ?? (isShaped ? FAMILY_OF_PASSES : 'all');
  const isChosen = isShaped || sizes !== undefined;
  const operations = operationsOf(subject, backward ? 'backward' : isChosen ? 'forward' : 'both');
  requireUseful(subject, operations, backward, given);
  if (failOn !== undefined && baseline === undefined) {
    throw new UsageError('--fail-on slower needs a report to compare with: add --baseline FILE');
  }
  for (const id of variants ?? []) {
    if (operations.some((each) => variantIds(each).includes(id))) continue;
    const known = operations.map((each) => `${each} has ${variantIds(each).join(', ')}`).join('; ');
    throw new UsageError(`unknown variant '${id}': ${known}`);
  }
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
    sweep,
    tuneBudgetMs: 1000 * budget,
    ...(tuned === undefined || tuned === true ? {} : { tuned }),
  };
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
