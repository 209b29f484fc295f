import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  boundWords,
  compiledGroups,
  COMPILED_NOTE,
  registerWords,
  waveWords,
  type CompiledFor,
  type CompiledGroup,
  type CompiledRow,
} from '../../src/measure/compiled-kernels.ts';
import { formatBytes } from '../../src/measure/format.ts';
import { OPERATIONS } from '../../src/operations/index.ts';

/** The page of the ladder that is made of the kept files. */
export const PAGE = path.join(import.meta.dirname, '../../docs/ladder/compiled.md');

/** Fewer waves hide little latency. */
const FEW_WAVES = 3;

/** The files of this folder, AMD's first. */
export function keptFiles(): CompiledFor[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(import.meta.dirname, name), 'utf8')) as CompiledFor)
    .sort((a, b) => (a.gpu < b.gpu ? -1 : 1));
}

/** Every kept kernel as Markdown: a table for each variant. */
export function compiledPage(files: readonly CompiledFor[]): string {
  const parts = OPERATIONS.flatMap(({ id, title, variants }) => {
    const own = variants.flatMap((variant) => {
      const groups = compiledGroups(files, id, variant.id);
      return groups.length === 0 ? [] : [`### \`${variant.id}\``, table(files, groups)];
    });
    return own.length === 0 ? [] : [`## ${title}`, ...own];
  });
  return [
    '# The ladder: compiled kernels',
    COMPILED_NOTE,
    'Each cell: bound and what sets it; registers of an invocation; spills, where there are any; occupancy in waves of a SIMD; workgroup memory. ' +
      `Parameters are the defaults; those of the M1 are what an adapter of the vendor \`apple\` gets. Spills and fewer than ${FEW_WAVES} waves are in bold. A dash: the GPU does not run it by default, or the same code stands in a row of another problem.`,
    files.map(({ gpu, compiler, date }) => `- ${gpu}: ${compiler}, ${date}`).join('\n'),
    'The pages show the same beside each variant. `npm run bench:compiled` writes this page from `bench/compiled/`.',
    ...parts,
  ].join('\n\n');
}

/** A row for each pass of each problem, a column for each GPU. */
function table(files: readonly CompiledFor[], groups: readonly CompiledGroup[]): string {
  const head = ['problem', 'pass', ...files.map(({ gpu }) => gpu)];
  const lines = groups.flatMap(({ title, rows }) =>
    [...new Set(rows.map(({ pass }) => pass))].map((pass, index) => [
      index === 0 ? title : '',
      pass,
      ...files.map((on) => cell(rows.find((row) => row.on === on && row.pass === pass))),
    ]),
  );
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cell(row: CompiledRow | undefined): string {
  if (row === undefined) return '–';
  const { spills, waves, workgroupBytes } = row;
  return [
    boundWords(row),
    `${registerWords(row)} registers`,
    ...(spills > 0 ? [`**${spills} spills**`] : []),
    bold(waves < FEW_WAVES, `${waveWords(row)} waves`),
    formatBytes(workgroupBytes),
  ].join(', ');
}

const bold = (isBold: boolean, words: string): string => (isBold ? `**${words}**` : words);
