import { readFileSync } from 'node:fs';
import { messageOf, ShapeError, TilewiseError } from '../src/core/errors.ts';
import { flagOf, type Option } from '../src/core/option.ts';
import { argumentOf, blamedOption, optionCalled, readTexts, shaped } from '../src/core/option-problem.ts';
import { requireOperation, type ListedOperation, type OperationId } from '../src/operations/index.ts';
import { UsageError } from './errors.ts';
import type { Shaping, Shapings } from './shapings.ts';

/** The text of an option on the command line; `true` where its flag stands without a value. */
export type GivenFlags = ReadonlyMap<string, string | true>;

/**
 * The change that the given flags make to an operation's problems; `undefined`: it has none of these flags.
 * @throws UsageError on a value that cannot be read
 */
export function shapingOf(
  { options, problem: filled, bench }: Pick<ListedOperation, 'options' | 'problem' | 'bench'>,
  given: GivenFlags,
): Shaping | undefined {
  const texts = Object.fromEntries(
    options.flatMap((option) => {
      const text = given.get(flagOf(option));
      return text === undefined ? [] : [[option.name, textOf(option, text)]];
    }),
  );
  if (Object.keys(texts).length === 0) return undefined;
  const { values, wrong } = readTexts(options, texts);
  for (const option of options) {
    const message = wrong[option.name];
    if (message !== undefined)
      throw new UsageError(`${flagOf(option)} '${texts[option.name] ?? ''}': ${message}`);
  }
  return (sized) => {
    try {
      return filled(shaped({ ...bench.sized(1), ...sized }, values));
    } catch (error) {
      if (error instanceof TilewiseError) throw new UsageError(inFlags(options, Object.keys(texts), error));
      throw error;
    }
  };
}

/** The text that a form would hold. Code comes from a file. */
function textOf(option: Option<object>, text: string | true): string {
  if (text === true) return option.bare ?? 'on';
  if (text.trim() === '') throw new UsageError(`${flagOf(option)} '${text}': a value is missing`);
  if (option.control.kind !== 'code') return text;
  try {
    return readFileSync(text, 'utf8');
  } catch (error) {
    throw new UsageError(`${flagOf(option)} '${text}': ${messageOf(error)}`);
  }
}

/** `--heads (numHeads): expected …` */
function inFlags(options: readonly Option<object>[], given: readonly string[], error: TilewiseError): string {
  const option = blamedOption(options, error, given);
  if (option === undefined) return error.message;
  const argument = argumentOf(error) ?? '';
  const isOwn = optionCalled([option], argument) !== undefined;
  return error instanceof ShapeError && isOwn
    ? `${flagOf(option)} (${argument}): expected ${error.expected}, got ${error.got}`
    : `${flagOf(option)}: ${error.message}`;
}

export const MAX_SIZE = 2 ** 24;

/** Small and large enough for any option to make sense at one of them. */
const TRIED_SIZES = [64, MAX_SIZE];

/**
 * The changes that the flags make to each operation's problems.
 * @throws UsageError where they make none at the sizes given, or at any
 */
export function shapingsOf(
  operations: readonly OperationId[],
  given: GivenFlags,
  sizes: readonly number[] | undefined,
): Shapings {
  const found = operations.flatMap((id) => {
    const operation = requireOperation(id);
    const shape = shapingOf(operation, given);
    if (shape === undefined) return [];
    const tried = (size: number) => attempt(() => shape(operation.bench.sized(size)));
    if (sizes !== undefined) for (const size of sizes) shape(operation.bench.sized(size));
    else {
      // The usual sizes depend on the device: whether the options allow them shows once it is known.
      const [first, ...others] = TRIED_SIZES.map(tried);
      if (first !== undefined && !others.includes(undefined)) throw others.at(-1) ?? first;
    }
    return [[id, shape] as const];
  });
  return Object.fromEntries(found);
}

/** The usage error that something ends with. */
function attempt(work: () => unknown): UsageError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}
