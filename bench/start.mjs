// Starts the command line, which is TypeScript. Loading that takes most of a second, so what takes no run is answered here: the version,
// a first word that names neither an operation's folder nor a command's file, and help and bad usage of operations.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { closest, distance } from 'fastest-levenshtein';

const USAGE = 2;
const BENCH = import.meta.dirname;
const OPERATIONS = path.join(BENCH, '../src/operations');

const args = process.argv.slice(2);
const [word = ''] = args;
const isWord = /^[\w-]+$/.test(word) && !word.startsWith('-');
const isOperation = ['all', 'tune'].includes(word) || existsSync(path.join(OPERATIONS, word));

if (args.length === 1 && ['-V', '--version'].includes(word)) {
  console.log(JSON.parse(readFileSync(path.join(BENCH, '../package.json'), 'utf8')).version);
} else if (!isWord || isOperation) {
  const code = await early();
  if (code === undefined) run();
  else process.exitCode = code;
} else if (existsSync(path.join(BENCH, `${word}.ts`))) run();
else {
  const folders = readdirSync(OPERATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const nearest = closest(word, ['all', 'compare', 'tune', ...folders.map(({ name }) => name)]);
  const hint = distance(word, nearest) <= word.length / 2 ? ` Did you mean ${nearest}?` : '';
  console.error(`there is no operation '${word}'.${hint}\n--help shows what there is.`);
  process.exitCode = USAGE;
}

/** The exit code of what was answered; `undefined`: there is something to run. */
async function early() {
  try {
    const { loadEarly } = await import('./load-early.mjs');
    return (await loadEarly()).answerEarly(args);
  } catch {
    // A folder that cannot be written: the command line answers, later.
    return undefined;
  }
}

function run() {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(BENCH, 'cli.ts'), ...args], {
    stdio: 'inherit',
  });
  // The terminal sends Ctrl-C to both; the run keeps what is final, and ends both.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
