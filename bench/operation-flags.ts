import { Option, type Command } from 'commander';
import { BASIC, flagOf, groupsOf, type Option as TableOption } from '../src/core/option.ts';
import {
  OPERATIONS,
  requireOperation,
  type ListedOperation,
  type OperationId,
} from '../src/operations/index.ts';
import { UsageError } from './errors.ts';
import { backwardOf, operationsOf } from './operations.ts';
import type { GivenFlags } from './shape-options.ts';

/** Sizes are asked for by one flag, whatever the operation calls them. */
const isOwnFlag = (option: { readonly flag: string }): boolean => flagOf(option) !== '--sizes';

/** Options of several operations, each flag once. */
function flagsAmong(operations: readonly ListedOperation[]): TableOption<object>[] {
  const options = operations.flatMap((operation) => operation.options).filter(isOwnFlag);
  return options.filter(
    (option, index) => options.findIndex((other) => flagOf(other) === flagOf(option)) === index,
  );
}

/** The flags of operations among all that were given, in the order of the tables. */
export function givenFlags(raw: Readonly<Record<string, string | true | undefined>>): GivenFlags {
  const given = flagsAmong(OPERATIONS).map(
    (one) => [flagOf(one), raw[new Option(one.flag).attributeName()]] as const,
  );
  return new Map(given.flatMap(([flag, text]) => (text === undefined ? [] : [[flag, text]])));
}

/** The flags of every operation; help lists those of one subject alone. */
export function addOperationFlags(command: Command, subject: string | undefined): void {
  const listed = subject === undefined ? [] : operationsOf(subject, 'forward').map(requireOperation);
  const gradients = subject === undefined ? [] : backwardOf(subject);
  const own = flagsAmong(listed);
  const backward = new Option('--backward', 'the gradients in place of the forward pass').helpGroup(
    headingOf(BASIC),
  );
  command.addOption(gradients.length > 0 ? backward : backward.hideHelp());
  const known = own.map(flagOf);
  const more = flagsAmong(gradients).filter((option) => !known.includes(flagOf(option)));
  for (const [group, options] of groupsOf([...own, ...more])) {
    for (const option of options) {
      const notes = more.includes(option) ? ['with --backward'] : usualOf(option, listed);
      const words = [option.help, ...notes.map((note) => `(${note})`)].join(' ');
      command.addOption(new Option(option.flag, words).helpGroup(headingOf(group)));
    }
  }
  const flags = [...own, ...more].map(flagOf);
  for (const option of flagsAmong(OPERATIONS)) {
    if (!flags.includes(flagOf(option))) command.addOption(new Option(option.flag).hideHelp());
  }
}

/** The text that stands for an option that is not given. */
function usualOf({ name, unset, sizes }: TableOption<object>, [first]: readonly ListedOperation[]): string[] {
  if (unset !== undefined) return [unset];
  if (first === undefined || sizes !== undefined) return [];
  const usual: unknown = new Map(Object.entries(first.problem(first.bench.sized(64)))).get(name);
  return typeof usual === 'number' ? [String(Number(usual.toPrecision(3)))] : [];
}

const headingOf = (group: string): string =>
  group === BASIC ? 'The problem, in place of the usual cases:' : `${group}:`;

const flagsOf = (id: string): string[] => requireOperation(id).options.filter(isOwnFlag).map(flagOf);

/** The given flags that operations of a family have. */
export const flagsOfFamily = (family: string, given: GivenFlags): string[] =>
  [...given.keys()].filter((flag) =>
    OPERATIONS.some((operation) => operation.family === family && flagsOf(operation.id).includes(flag)),
  );

/** @throws UsageError naming flags that nothing that is measured has */
export function requireUseful(
  operations: readonly OperationId[],
  backward: boolean,
  given: GivenFlags,
): void {
  const measured = operations.join(', ');
  const useless = [...given.keys()].filter((flag) => !operations.some((id) => flagsOf(id).includes(flag)));
  if (useless.length > 0) {
    const owners = OPERATIONS.filter(({ id }) => useless.some((flag) => flagsOf(id).includes(flag)));
    const names = owners.map(({ id }) => id).join(', ');
    throw new UsageError(`${useless.join(', ')}: an option of ${names}; this would measure ${measured}`);
  }
  if (backward && operations.every((id) => requireOperation(id).backwardOf === undefined)) {
    const forwards = OPERATIONS.flatMap((operation) => operation.backwardOf ?? []).join(', ');
    throw new UsageError(`--backward: an option of ${forwards}; this would measure ${measured}`);
  }
}
