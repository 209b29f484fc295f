import { Argument, Command, Option } from 'commander';
import type { OperationId } from '../src/operations/index.ts';
import { ATTENTION_OPTIONS, attentionShape, flagOf, type GivenOptions } from './attention-options.ts';
import { LOSSES, type Loss } from '../src/operations/contrastive/losses.ts';
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
  /** What options make of problems; absent: problems are as usual. */
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

const MAX_SIZE = 2 ** 24;

const EPILOGUE = `
Without --json and --html, the report goes to tilewise-report.json and tilewise-report.html here.

Exit code: 0 all correct; 1 a wrong or failed result, or slower than the baseline with --fail-on slower;
2 bad usage; 3 no browser or no WebGPU. Out of memory and unsupported are findings, not failures.

Examples:
  npm run bench -- all --quick
  npm run bench -- attention --variants naive,flash --sizes 256,1024
  npm run bench -- attention --kv-heads 2 --window 128 --softcap 30 --sizes 1024
  npm run bench -- contrastive --loss siglip
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
  const command = program(backends);
  if (!understood(command, args, output)) return undefined;
  const subject = command.processedArgs[0] as string | undefined;
  return benchOptions(subject, command.opts(), givenOptions(command.opts()));
}

interface RawOptions {
  quick?: boolean;
  variants?: readonly string[];
  sizes?: readonly number[];
  loss?: Loss;
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

/** Attention's options among all. */
function givenOptions(raw: Readonly<Record<string, string | true | undefined>>): GivenOptions {
  const given = ATTENTION_OPTIONS.map((one) => [one, raw[new Option(one.flags).attributeName()]] as const);
  return new Map(given.flatMap(([one, text]) => (text === undefined ? [] : [[one, text]])));
}

/** The same wherever a browser or Dawn is started. */
export const adapterOption = (): Option =>
  new Option('--adapter <name>', 'default: the best there is; swiftshader: the CPU, same everywhere')
    .choices(ADAPTER_IDS)
    .default('default');

const SHAPING = 'Attention (any of these: one problem of each size, in place of the usual cases):';

function program(backends: readonly BackendId[]): Command {
  const known = operationIds()
    .map((id) => `${id}: ${variantIds(id).join(', ')}`)
    .join('; ');
  const command = new Command('bench')
    .usage('[tune] [attention|contrastive|all] [options] | compare <before> <after>')
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
    .addOption(new Option('--loss <name>', 'of the contrastive cases (default: clip)').choices(LOSSES))
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
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EPILOGUE)
    .addOption(new Option('--backward', 'the gradients in place of the forward pass').helpGroup(SHAPING));
  for (const { flags, help } of ATTENTION_OPTIONS) {
    command.addOption(new Option(flags, help).helpGroup(SHAPING));
  }
  return command;
}

function benchOptions(named: string | undefined, raw: RawOptions, given: GivenOptions): BenchOptions {
  const {
    quick = false,
    backward = false,
    variants,
    sizes,
    loss,
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
  const flags = [...(backward ? ['--backward'] : []), ...[...given.keys()].map(flagOf)];
  const subject = named ?? (flags.length > 0 ? 'attention' : 'all');
  if (subject === 'contrastive' && flags.length > 0) {
    throw new UsageError(
      `${flags.join(', ')}: an option of attention, of which 'contrastive' measures nothing`,
    );
  }
  if (subject === 'attention' && loss !== undefined) {
    throw new UsageError("--loss: an option of contrastive, of which 'attention' measures nothing");
  }
  const isChosen = flags.length > 0 || sizes !== undefined;
  const operations = operationsOf(subject, backward ? 'backward' : isChosen ? 'forward' : 'both');
  if (failOn !== undefined && baseline === undefined) {
    throw new UsageError('--fail-on slower needs a report to compare with: add --baseline FILE');
  }
  for (const id of variants ?? []) {
    if (operations.some((each) => variantIds(each).includes(id))) continue;
    const known = operations.map((each) => `${each} has ${variantIds(each).join(', ')}`).join('; ');
    throw new UsageError(`unknown variant '${id}': ${known}`);
  }
  const shape = attentionShape(given);
  // The usual sizes depend on the device: whether they suit the options is seen once it is known.
  if (shape !== undefined) {
    for (const size of sizes ?? [MAX_SIZE]) shape({ seqLenQ: size, seqLenKV: size });
  }
  return {
    operations,
    quick,
    ...(variants && { variants }),
    ...(sizes && { sizes }),
    ...((shape ?? loss) && {
      shapings: {
        ...(shape && { attention: shape }),
        ...(loss !== undefined && { contrastive: (problem) => ({ ...problem, loss }) }),
      },
    }),
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
