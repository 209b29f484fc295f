// Starts the command line, which is TypeScript. Loading that takes most of a second, so a first word that cannot be right is
// answered here: one that names neither an operation's folder nor a command's file.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { closest, distance } from 'fastest-levenshtein';

const USAGE = 2;
const BENCH = import.meta.dirname;
const OPERATIONS = path.join(BENCH, '../src/operations');

const args = process.argv.slice(2);
const [word = ''] = args;
const isKnown =
  !/^[\w-]+$/.test(word) ||
  word.startsWith('-') ||
  word === 'all' ||
  existsSync(path.join(OPERATIONS, word)) ||
  existsSync(path.join(BENCH, `${word}.ts`));

if (isKnown) run();
else {
  const folders = readdirSync(OPERATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const nearest = closest(word, ['all', 'compare', 'tune', ...folders.map(({ name }) => name)]);
  const hint = distance(word, nearest) <= word.length / 2 ? ` Did you mean ${nearest}?` : '';
  console.error(`there is no operation '${word}'.${hint}\n--help shows what there is.`);
  process.exitCode = USAGE;
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
