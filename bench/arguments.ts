import { CommanderError, type Command } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import { UsageError } from './errors.ts';

/** Lines of help are no longer. */
const HELP_WIDTH = 80;

/** Characters that a line of help may have: less on a narrow terminal. */
export const helpWidth = (): number => Math.min(HELP_WIDTH, process.stdout.columns || HELP_WIDTH);

/** Where commander's own words go; tests catch them. */
export interface Output {
  writeOut(text: string): void;
  writeErr(text: string): void;
}

/**
 * Lets a command read its arguments. False: help was asked for, and given.
 * @throws UsageError on anything that is not understood
 */
export function understood(command: Command, args: readonly string[], output?: Output): boolean {
  command.exitOverride();
  command.configureOutput({ ...output, getOutHelpWidth: helpWidth, outputError: () => undefined });
  try {
    command.parse(args, { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return false;
    throw new UsageError(plainly(error, command));
  }
}

/** Commander's message. It suggests no flag that help hides, and does not say how a command is used. */
function plainly({ code, message }: CommanderError, command: Command): string {
  const text = message.replace(/^error: /, '');
  if (code === 'commander.missingArgument') return `${text}: ${command.name()} ${command.usage()}`;
  const [, flag] = /^unknown option '(--[\w-]+)'$/.exec(text) ?? [];
  if (flag === undefined) return text;
  const nearest = closest(
    flag,
    command.options.flatMap(({ long }) => long ?? []),
  );
  return distance(flag, nearest) <= flag.length / 2 ? `${text} (Did you mean ${nearest}?)` : text;
}

/** Parts of a list, each once. @throws UsageError naming the option if one is empty */
export function idList(option: string): (text: string) => string[] {
  return (text) => {
    const ids = text.split(',').map((id) => id.trim());
    if (ids.includes('')) throw new UsageError(`${option} '${text}': expected ids separated by commas`);
    return [...new Set(ids)];
  };
}

/** Whole numbers from 1 to `max`, ascending, each once. @throws UsageError on anything else */
export function sizeList(max: number): (text: string) => number[] {
  return (text) => {
    const sizes = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
    if (!sizes.every((size) => size >= 1 && size <= max)) {
      throw new UsageError(`--sizes '${text}': expected whole numbers from 1 to ${max}, separated by commas`);
    }
    return [...new Set(sizes)].sort((a, b) => a - b);
  };
}
