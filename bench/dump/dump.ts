import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { problemTitle } from '../../src/measure/describe.ts';
import { EXIT } from '../exit-codes.ts';
import { compiledIn, countsOf, type Counts } from './counts.ts';
import { passesIn, type LinkedPass } from './marks.ts';

/** One kernel that was dumped. */
export interface DumpedPass extends Omit<LinkedPass, 'wgsl'> {
  /** Names of the files in the folder. */
  readonly files: readonly string[];
  readonly counts?: Counts;
}

/**
 * Writes the linked WGSL of every kernel of a benchmark into a folder, and what Dawn compiles it to; prints counts.
 * @param args the benchmark's own, which say what to compile
 * @returns the exit code
 */
export async function dump(
  args: readonly string[],
  folder: string,
  log: (line: string) => void,
): Promise<number> {
  mkdirSync(folder, { recursive: true });
  log('Compiling on Dawn …');
  const { code, output } = await compileApart(args);
  const dumped = passesIn(output).map((one, index) => written(folder, index, one));
  writeFileSync(path.join(folder, 'index.json'), `${JSON.stringify(dumped, undefined, 2)}\n`);
  if (dumped.length > 0) console.log(renderCounts(dumped));
  console.log(`${dumped.length} kernels: ${folder}`);
  return code === 0 ? EXIT.ok : EXIT.bad;
}

/** Runs `compile.ts` in a process of its own, with its output in a file: both of us write to it, each at once. */
async function compileApart(args: readonly string[]): Promise<{ code: number; output: string }> {
  const own = mkdtempSync(path.join(os.tmpdir(), 'tilewise-dump-'));
  const file = path.join(own, 'output');
  const stream = openSync(file, 'a');
  try {
    const script = fileURLToPath(new URL('compile.ts', import.meta.url));
    const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
      stdio: ['ignore', stream, 'inherit'],
    });
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exit) => {
        resolve(exit ?? 1);
      });
    });
    return { code, output: readFileSync(file, 'utf8') };
  } finally {
    closeSync(stream);
    rmSync(own, { recursive: true });
  }
}

function written(
  folder: string,
  index: number,
  { linked, printed }: ReturnType<typeof passesIn>[number],
): DumpedPass {
  const { wgsl, ...about } = linked;
  const words = [String(index + 1).padStart(2, '0'), about.operation, about.variant, about.pass];
  const stem = words.join('-').replace(/[^\w-]+/g, '-');
  const compiled = compiledIn(printed);
  const texts = [['wgsl', wgsl], ...(compiled ? [[compiled.extension, compiled.text]] : [])] as const;
  const files = texts.map(([extension, text]) => {
    const name = `${stem}.${extension}`;
    writeFileSync(path.join(folder, name), text);
    return name;
  });
  const counts = compiled && countsOf(compiled);
  return { ...about, files, ...(counts && { counts }) };
}

const COLUMNS: readonly { readonly title: string; readonly of: (counts: Counts) => number }[] = [
  { title: 'instructions', of: ({ instructions }) => instructions },
  { title: 'multiply-adds', of: ({ multiplyAdds }) => multiplyAdds },
  { title: 'clamps', of: ({ clamps }) => clamps },
  { title: 'storage loads', of: ({ storageLoads }) => storageLoads },
  { title: 'workgroup loads', of: ({ workgroupLoads }) => workgroupLoads },
  { title: 'barriers', of: ({ barriers }) => barriers },
];

/** Counts for a terminal, a table for each problem. */
export function renderCounts(dumped: readonly DumpedPass[]): string {
  const titleOf = (one: DumpedPass) => `${one.operation} · ${problemTitle(one)}`;
  return [...new Set(dumped.map(titleOf))]
    .map((title) => {
      const table = new Table({
        head: ['variant', 'pass', ...COLUMNS.map((column) => column.title)],
        colAligns: ['left', 'left', ...COLUMNS.map(() => 'right' as const)],
        style: { head: [], border: [], compact: true },
      });
      for (const { variant, pass, counts } of dumped.filter((one) => titleOf(one) === title)) {
        table.push([variant, pass, ...COLUMNS.map(({ of }) => (counts ? String(of(counts)) : '–'))]);
      }
      return `${title}\n${table.toString()}\n`;
    })
    .concat(
      'Counts of the text: code in a loop counts once. Clamps: minima and clamps of integers, most of them bounds checks.',
    )
    .join('\n');
}
