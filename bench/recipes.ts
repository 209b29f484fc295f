import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Argument, Command, Option } from 'commander';
import { formatBytes, formatError, formatMs, formatNumber } from '../src/measure/format.ts';
import {
  paramRange,
  recipeParams,
  type Recipe,
  type RecipeParam,
  type RecipeParams,
} from '../src/recipes/loss-recipes/recipe.ts';
import { RECIPES } from '../src/recipes/loss-recipes/table/index.ts';
import { MOST_ROWS, studyRecipe, type RecipeStudy } from '../src/recipes/loss-recipes/study.ts';
import { adapterOption, type AdapterId } from './args.ts';
import { helpWidth, understood } from './arguments.ts';
import { isNamed, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { onSourceLab } from './source-lab.ts';
import { hanging } from './wrap.ts';

const NOTES =
  'error: of the value, against float64. gradients: of each input, the difference from slopes in float64 along random directions, over its length. A ' +
  'recipe with more than 5e-6 or 1e-5 is wrong, and has no time. ms: the whole recipe, transfers and work on the host included; x naive: how many times as ' +
  'long the same calls take with the naive variant, which stores the matrix, round by round. memory: the most that a call takes beside its tensors.';

interface Options {
  readonly size: number;
  readonly seed: number;
  readonly rounds: number;
  readonly json?: string;
  readonly adapter: AdapterId;
}

/** Parameters of all recipes, each name once. */
const PARAMS = [...new Map(RECIPES.flatMap(({ params }) => Object.entries(params)))];
const flagOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * `bench recipes poly-view tico --size 512`: losses that are made of calls, each against float64 and beside the naive variant. In Node on Dawn.
 * @returns the exit code @throws UsageError
 */
export async function recipesCommand(args: readonly string[], log: (line: string) => void): Promise<number> {
  const command = new Command('bench recipes')
    .usage('[recipe …] [options]')
    .description(
      'Losses that are made of calls: value and gradients against float64, time and memory beside the naive variant.',
    )
    .addArgument(new Argument('[recipe...]', 'which to run (default: all)'))
    .option('--size <n>', 'rows of the seeded inputs', wholeNumber('--size', 2, MOST_ROWS), 256)
    .option('--seed <n>', 'of the inputs', wholeNumber('--seed', 1, 2 ** 24), 1)
    .option('--rounds <n>', 'rounds that are timed; 0: check alone', wholeNumber('--rounds', 0, 1000), 5)
    .option('--json <file>', 'write the figures')
    .addOption(adapterOption())
    .optionsGroup('Parameters, for the recipes that have them:')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', () => `\n${recipeList()}`);
  for (const [name, param] of PARAMS) command.addOption(paramOption(name, param));
  if (!understood(command, args)) return EXIT.ok;
  const options = command.opts<Options & RecipeParams>();
  const chosen = chosenRecipes(command.processedArgs[0] as readonly string[], options);
  return onSourceLab(options.adapter, log, async (lab) => {
    const { size, seed, rounds, json } = options;
    const studies: RecipeStudy[] = [];
    for (const { recipe, params } of chosen) {
      const study = studyRecipe(
        lab,
        { id: recipe.id, params, size, seed, rounds },
        { onProgress: ({ message }) => log(message) },
      );
      studies.push(await study.catch(asUsage));
    }
    console.log(renderStudies(studies));
    console.log(NOTES);
    if (json !== undefined) {
      const report = { format: 'tilewise-recipe-study', version: 1, device: lab.device, studies };
      writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
      console.log(`Report: ${json}`);
    }
    return studies.every(({ ok }) => ok) ? EXIT.ok : EXIT.bad;
  });
}

/** Names, ideas and parameters of all recipes. */
function recipeList(): string {
  return RECIPES.map(({ id, title, source, params }) => {
    const own = Object.keys(params).map((name) => `--${flagOf(name)}`);
    const details = [`${source}.`, ...(own.length > 0 ? [own.join(', ')] : [])];
    const lines = [`${id}: ${title}.`, ...details].map((text) => hanging(text, helpWidth(), 2));
    return lines.join('\n  ');
  }).join('\n');
}

function paramOption(name: string, param: RecipeParam): Option {
  const option = new Option(`--${flagOf(name)} <x>`, `${param.about} (${param.initial})`);
  return param.choices ? option.choices(param.choices.map(String)) : option.argParser(number(name, param));
}

function number(name: string, param: RecipeParam): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw new UsageError(`--${flagOf(name)} '${text}': expected ${paramRange(param)}`);
  };
}

/** The recipes, each with those of the given parameters that it has. @throws UsageError, before anything is loaded */
function chosenRecipes(ids: readonly string[], options: RecipeParams) {
  const unknown = ids.find((id) => !RECIPES.some((recipe) => recipe.id === id));
  if (unknown !== undefined) {
    const known = RECIPES.map(({ id }) => id).join(', ');
    throw new UsageError(`there is no recipe '${unknown}'; there are ${known}`);
  }
  const recipes = RECIPES.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const useless = PARAMS.find(
    ([name]) => options[name] !== undefined && !recipes.some(({ params }) => name in params),
  );
  if (useless !== undefined) throw new UsageError(`--${flagOf(useless[0])}: no chosen recipe has it`);
  return recipes.map((recipe) => ({ recipe, params: ownParams(recipe, options) }));
}

function ownParams(recipe: Recipe, options: RecipeParams): RecipeParams {
  const given = Object.keys(recipe.params).flatMap((name): [string, number | string][] => {
    const value = options[name];
    return value === undefined ? [] : [[name, value]];
  });
  try {
    return recipeParams(recipe, Object.fromEntries(given));
  } catch (error) {
    return asUsage(error);
  }
}

/** Refused arguments are bad usage. */
function asUsage(error: unknown): never {
  const refused = isNamed(error, 'ShapeError') || isNamed(error, 'UnsupportedError');
  throw refused ? new UsageError(error.message) : error;
}

function renderStudies(studies: readonly RecipeStudy[]): string {
  const table = new Table({
    head: ['recipe', 'value', 'error', 'gradients', 'calls', 'ms', 'x naive', 'memory', 'naive memory'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'left', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const { id, value, error, gradients, ok, calls, cost, naive, speedUp } of studies) {
    table.push([
      id,
      value.toPrecision(6),
      formatError(error),
      gradients.map((one) => `${one.input} ${formatError(one.error)}`).join('\n'),
      calls,
      cost ? formatMs(cost.ms.median) : ok ? '' : 'wrong',
      speedUp
        ? `${formatNumber(speedUp.median)} (${formatNumber(speedUp.low)}–${formatNumber(speedUp.high)})`
        : '',
      cost ? formatBytes(cost.workspaceBytes) : '',
      typeof naive === 'string' ? naive : naive ? formatBytes(naive.workspaceBytes) : '',
    ]);
  }
  const [first] = studies;
  const sizes = `Checked at ${first?.checkedSize ?? 0} rows.`;
  return `${table.toString()}\n${sizes}`;
}

function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\s*\d+\s*$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(`${option} '${text}': expected a whole number from ${least} to ${most}`);
  };
}
