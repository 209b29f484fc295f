import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Table from 'cli-table3';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ShapeError } from '../src/core/errors.ts';
import type { Tensor } from '../src/core/tensor.ts';
import { formatMs } from '../src/measure/format.ts';
import { CACHE_CLAIMS, claimsBeside } from '../src/operations/kv-cache/claims.ts';
import { capturedCache } from '../src/operations/kv-cache/captured.ts';
import type { CacheMethod } from '../src/operations/kv-cache/method.ts';
import { FORMATS, METHODS } from '../src/operations/kv-cache/methods/index.ts';
import type { CacheStudy, CacheStudyArgs, StudiedMethod } from '../src/operations/kv-cache/study.ts';
import {
  CACHE_KINDS,
  KIND_WORDS,
  syntheticCache,
  TRAITS,
  type CacheKind,
  type CacheTraits,
} from '../src/operations/kv-cache/synthetic.ts';
import { adapterOption, type AdapterId } from './args.ts';
import { idList, understood } from './arguments.ts';
import { isNamed, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { onSourceLab } from './source-lab.ts';

const NOTES =
  'Errors are those of the method, in float64, against the exact cache; kernel is the error of the kernel against float64 over the decoded cache ' +
  '(5e-6 at most, or it is wrong and has no time). Bytes are those of all buffers of the cache for each token, in all key/value heads. KL counts a ' +
  'forgotten key as if 2^-24 of the attention were left to it. ms is one step of decoding, x f32 that over the time of the exact cache, round by round. ' +
  'encode is the time to encode the whole cache, append that to encode one more token, on the CPU.';

interface Options extends CacheTraits {
  readonly rotary: boolean;
  readonly methods: readonly string[];
  readonly claims?: boolean;
  readonly keys: number;
  readonly queries: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly keyFormat?: string;
  readonly valueFormat?: string;
  readonly data: CacheKind;
  readonly file?: string;
  readonly seed?: number;
  readonly json?: string;
  readonly adapter: AdapterId;
}

/** Parameters of methods, each once, by the name of its flag. */
const PARAMS = [
  ...new Map(METHODS.flatMap(({ params }) => params.map((param) => [param.name, param]))).values(),
];
const flagOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * `bench cache --methods kivi-2,knorm --budget 0.2`: what methods to encode a key/value cache lose, take and cost. In Node on Dawn.
 * @returns the exit code @throws UsageError
 */
export async function cacheCommand(args: readonly string[], log: (line: string) => void): Promise<number> {
  const command = new Command('bench cache')
    .description(
      'One key/value cache encoded by each method: the error of attention over it, its bytes, and its time.',
    )
    .addOption(
      new Option('--methods <ids>', `of ${METHODS.map(({ id }) => id).join(', ')}`)
        .argParser(idList('--methods'))
        .default(
          METHODS.map(({ id }) => id),
          'all of them',
        ),
    )
    .option('--claims', 'the methods and parameters that published figures are about, in place of --methods')
    .addOption(formatOption('key'))
    .addOption(formatOption('value'))
    .option('--keys <n>', 'tokens of the cache', count, 1024)
    .option('--queries <n>', 'query tokens, of which the last stands at the last key', count, 64)
    .option('--heads <n>', 'query heads', count, 8)
    .option('--kv-heads <n>', 'key/value heads, a divisor of the heads', count, 2)
    .option('--head-dim <n>', 'elements of a key', count, 64)
    .addOption(
      new Option('--data <kind>', CACHE_KINDS.map((kind) => `${kind}: ${KIND_WORDS[kind]}`).join('; '))
        .choices(CACHE_KINDS)
        .default('model'),
    )
    .option('--no-rotary', 'seeded keys are not rotated by their positions')
    .option('--file <path>', 'query, key and value in a .npz or .safetensors file, in place of seeded ones')
    .option('--seed <n>', 'other seeded data, and other choices of methods that choose at random', count)
    .option('--json <file>', 'write the figures')
    .addOption(adapterOption())
    .helpOption('-h, --help', 'show this');
  for (const { name, about, choices } of PARAMS.filter((param) => param.name !== 'seed')) {
    const values = choices === undefined ? '' : `: ${choices.join(', ')}`;
    command.option(`--${flagOf(name)} <x>`, `${about}${values}; for the methods that have it`, number);
  }
  for (const { name, about, least, most } of TRAITS) {
    command.option(`--${flagOf(name)} <x>`, `${about}, from ${least} to ${most}`, number);
  }
  if (!understood(command, args)) return EXIT.ok;
  const options = command.opts<Options & Readonly<Record<string, unknown>>>();
  const methods = options.claims === true ? claimedMethods(options) : chosenMethods(options);
  const inputs = await inputsOf(options);
  return onSourceLab(options.adapter, log, async (lab) => {
    const study = await lab
      .cacheStudy({ ...inputs, methods }, { onProgress: ({ message }) => log(message) })
      .catch((error: unknown) => {
        const refused = isNamed(error, 'ShapeError') || isNamed(error, 'UnsupportedError');
        throw refused && error instanceof Error ? new UsageError(error.message) : error;
      });
    console.log(renderStudy(study));
    console.log(NOTES);
    for (const line of claimLines(study)) console.log(line);
    if (options.json !== undefined) {
      const shapes = Object.fromEntries(
        (['query', 'key', 'value'] as const).map((name) => [name, inputs[name].shape]),
      );
      const report = {
        format: 'tilewise-cache-study',
        version: 1,
        device: lab.device,
        shapes,
        methods,
        ...study,
      };
      writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
      console.log(`Report: ${options.json}`);
    }
    return study.rows.some(({ ms }) => ms === null) ? EXIT.bad : EXIT.ok;
  });
}

const formatOption = (side: 'key' | 'value'): Option =>
  new Option(
    `--${side}-format <id>`,
    `how all chosen methods keep their ${side}s, those that a selection keeps or in place of a format's own`,
  ).choices(FORMATS.map(({ id }) => id));

/** The methods with those of the given parameters that they have. @throws UsageError for a parameter that none of them has */
function chosenMethods(options: Options & Readonly<Record<string, unknown>>): StudiedMethod[] {
  const given = PARAMS.flatMap(({ name }): [string, number][] => {
    const value = options[name];
    return typeof value === 'number' ? [[name, value]] : [];
  });
  const ownOf = ({ params }: CacheMethod) =>
    Object.fromEntries(given.filter(([name]) => params.some((param) => param.name === name)));
  const format = (chosen: string | undefined) =>
    FORMATS.filter(({ id }) => id === chosen).map((method) => ({ id: method.id, params: ownOf(method) }))[0];
  const [key, value] = [format(options.keyFormat), format(options.valueFormat)];
  const methods = options.methods.map((id) => {
    const method = METHODS.find((one) => one.id === id);
    if (method === undefined) {
      throw new UsageError(
        `--methods: there is no '${id}'; there are ${METHODS.map((one) => one.id).join(', ')}`,
      );
    }
    return { id, params: ownOf(method), ...(key && { key }), ...(value && { value }) };
  });
  const [useless] = given.filter(
    ([name]) =>
      name !== 'seed' &&
      [...methods, ...[key, value].filter((one) => one !== undefined)].every(
        ({ params }) => !(name in params),
      ),
  );
  if (useless === undefined) return methods;
  throw new UsageError(`--${flagOf(useless[0])}: no chosen method has it`);
}

/** The methods of the published figures. @throws UsageError beside parameters, which would make other methods of them */
function claimedMethods(options: Options & Readonly<Record<string, unknown>>): StudiedMethod[] {
  const extra = PARAMS.find(({ name }) => name !== 'seed' && options[name] !== undefined);
  if (extra !== undefined)
    throw new UsageError(`--claims: the figures have parameters of their own, not --${flagOf(extra.name)}`);
  if ((options.keyFormat ?? options.valueFormat) !== undefined)
    throw new UsageError(
      '--claims: the figures have formats of their own, not --key-format or --value-format',
    );
  return CACHE_CLAIMS.map(({ method }) => method);
}

/** Published figures beside those of the study. */
function claimLines(study: CacheStudy): string[] {
  const claims = claimsBeside(study);
  if (claims.length === 0) return [];
  return [
    '',
    'Published figures beside these:',
    ...claims.flatMap(({ label, published, measured, differs }) => [
      `  ${label}: ${published}`,
      `    here: ${measured}`,
      `    not the same: ${differs}`,
    ]),
  ];
}

type Inputs = Omit<CacheStudyArgs, 'methods'> & Readonly<Record<'query' | 'key' | 'value', Tensor>>;

async function inputsOf({ file, data, seed, rotary, ...shape }: Options): Promise<Inputs> {
  if (file !== undefined) return capturedCache(new File([readFileSync(file)], path.basename(file)));
  const { heads, kvHeads, queries, keys, headDim } = shape;
  if (heads % kvHeads !== 0) throw new UsageError(`--kv-heads ${kvHeads} does not divide --heads ${heads}`);
  const extents = { numHeads: heads, numKVHeads: kvHeads, seqLenQ: queries, seqLenKV: keys, headDim };
  const traits = Object.fromEntries(TRAITS.map(({ name }) => [name, shape[name]]));
  try {
    return syntheticCache(data, extents, seed, { ...traits, rotary });
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new UsageError(`--${flagOf(error.argument)}: expected ${error.expected}, not ${error.got}`);
  }
}

function renderStudy({ rows, run }: CacheStudy): string {
  const table = new Table({
    head: [
      ...['method', 'bytes/token', 'kept', 'output', 'logit', 'KL', 'same top', 'kernel'],
      ...['encode', 'append', 'ms', 'x f32'],
    ],
    style: { head: [], border: [] },
    colAligns: ['left', ...Array.from({ length: 11 }, () => 'right' as const)],
  });
  for (const row of rows) {
    table.push([
      row.label,
      row.bytesPerToken.toFixed(1),
      row.keptTokens,
      ...[row.outputRelL2, row.logitMaxAbs, row.kl].map((value) => value.toPrecision(3)),
      `${(100 * row.sameTop).toFixed(1)} %`,
      row.kernelRelL2.toExponential(1),
      formatMs(row.encodeMs),
      formatMs(row.appendMs),
      row.ms === null ? 'wrong' : formatMs(row.ms),
      row.timeOverExact === null ? '' : row.timeOverExact.toFixed(2),
    ]);
  }
  const words = `${run.queries} last queries of each head, ${run.coverage} in float64`;
  return `${table.toString()}\n${words}, ${(run.wallMs / 1000).toFixed(1)} s in all.`;
}

function count(text: string): number {
  if (/^\s*\d+\s*$/.test(text) && Number(text) >= 1 && Number(text) <= 2 ** 24) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 up.');
}

function number(text: string): number {
  if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  throw new InvalidArgumentError('Expected a number.');
}
