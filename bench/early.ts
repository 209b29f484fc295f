import { BACKEND_IDS, parseArgs } from './args.ts';
import { UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { explain } from './explain.ts';
import { paintFor } from './paint.ts';

/**
 * Answers help, version and bad usage of operations, which take nothing but the arguments.
 * @returns the exit code; `undefined`: there is something to run
 */
export function answerEarly(args: readonly string[]): number | undefined {
  try {
    return parseArgs(args[0] === 'tune' ? args.slice(1) : args) === undefined ? EXIT.ok : undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) return undefined;
    return explain(error, console.error, paintFor(process.stderr, process.env), BACKEND_IDS);
  }
}
