import type { BackendId } from './args.ts';
import type { Backend } from './backends/backend.ts';
import { UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { explain } from './explain.ts';
import { paintFor } from './paint.ts';
import { progressView, type ProgressView } from './progress.ts';

/** Where WebGPU can run here. The first is the default. */
export type Backends = Readonly<Partial<Record<BackendId, () => Promise<Backend>>>>;

/** Writes compiled kernels into a folder; see `dump/dump.ts`. */
export type Dump = (args: readonly string[], folder: string, log: (line: string) => void) => Promise<number>;

/** A command of its own, which takes the arguments behind its name and gives an exit code: `ring`, `cache`, `recipes`. */
export type OwnCommand = (args: readonly string[], log: (line: string) => void) => Promise<number>;

/** Commands that run the sources of Tilewise in this process. Absent where there are none. */
export const OWN_COMMANDS = ['ring', 'cache', 'recipes', 'train', 'races'] as const;
export type OwnCommands = Readonly<Record<(typeof OWN_COMMANDS)[number], () => Promise<OwnCommand>>>;

/**
 * The command line from its arguments to its exit code. Tables go to standard output, the rest to standard error.
 * @param loadDump absent where there are no sources to compile; so are own commands
 */
export async function main(
  args: readonly string[],
  backends: Backends,
  loadDump?: () => Promise<Dump>,
  own?: OwnCommands,
): Promise<number> {
  const paint = paintFor(process.stderr, process.env);
  const view = progressView(process.stderr);
  try {
    if (args[0] === 'compare') return (await import('./compare.ts')).compareCommand(args.slice(1));
    const name = OWN_COMMANDS.find((each) => each === args[0]);
    if (name !== undefined) {
      if (own === undefined) {
        throw new UsageError(`${name} needs the sources of Tilewise, and there are none here`);
      }
      const command = await own[name]();
      return await command(args.slice(1), view.log);
    }
    const tuning = args[0] === 'tune';
    const given = tuning ? args.slice(1) : args;
    // The table of options asks for all operations.
    const { parseArgs } = await import('./args.ts');
    const options = parseArgs(given, Object.keys(backends) as BackendId[]);
    if (options === undefined) return EXIT.ok;
    if (options.dump !== undefined) return await dumped(given, options.dump, loadDump, view);
    // Only now: bad usage is answered before what measures is loaded.
    const { run } = await import('./runs.ts');
    return await run(options, tuning, backends, view);
  } catch (error) {
    view.stop();
    return explain(error, view.log, paint, Object.keys(backends) as BackendId[]);
  }
}

/** Compiled kernels in place of a measurement. */
async function dumped(
  args: readonly string[],
  folder: string,
  load: (() => Promise<Dump>) | undefined,
  view: ProgressView,
): Promise<number> {
  if (load === undefined)
    throw new UsageError('--dump needs the sources of Tilewise, and there are none here');
  const dump = await load();
  return dump(args, folder, view.log);
}
