import Table from 'cli-table3';
import { families, sizesOf, type Family } from '../src/measure/describe.ts';
import { formatGflops } from '../src/measure/format.ts';
import type { Report, Result } from '../src/measure/report.ts';
import { cellsOf, COLUMNS, FIGURES, type Cells } from './cells.ts';
import { cpuWarning, deviceName } from './device.ts';
import type { Paint } from './paint.ts';

/** The report for a terminal: the adapter first, one table a kind of problem, a summary last. */
export function renderReport(report: Report, paint: Paint): string {
  const warning = cpuWarning(report.device);
  return [
    `Adapter: ${paint.bold(deviceName(report.device))}`,
    ...(warning === undefined ? [] : [paint.warn(`Warning: ${warning}`)]),
    ...(report.matmul
      ? [`Best matmul here: ${formatGflops(report.matmul.gflops)}, the 100 % of “% matmul”.`]
      : []),
    ...families(report.results).flatMap((family) => ['', renderFamily(family, paint)]),
    'Median times with 95 % intervals. Versus naive: ratio within the same rounds. Error: relative L2 against float64.',
    '',
    summary(report.results, paint),
  ].join('\n');
}

/** `14 results: 12 correct, 1 out of memory, 1 WRONG.` */
export function summary(results: readonly Result[], paint: Paint): string {
  const count = (status: Result['status']) => results.filter((result) => result.status === status).length;
  const words = [
    [count('ok'), 'correct', String],
    [count('out-of-memory'), 'out of memory', String],
    [count('unsupported'), 'not supported', String],
    [count('wrong'), 'WRONG', paint.bad],
    [count('failed'), 'FAILED', paint.bad],
  ] as const;
  const parts = words.flatMap(([number, word, style]) => (number === 0 ? [] : [style(`${number} ${word}`)]));
  return `${results.length} result${results.length === 1 ? '' : 's'}: ${parts.join(', ') || 'none'}.`;
}

const right = { hAlign: 'right' } as const;

function renderFamily({ operation, title, results }: Family, paint: Paint): string {
  const numeric = new Set(['size', 'time', '95 % interval', 'GFLOP/s', '% matmul', 'workspace']);
  const table = new Table({
    head: [...COLUMNS],
    colAligns: COLUMNS.map((column) => (numeric.has(column) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const size of sizesOf(results)) {
    // Lists come in teaching order: naive stands above the variants that it is compared with.
    const rows = results.map(cellsOf).filter((cells) => cells.size === String(size));
    rows.forEach((cells, index) => {
      const first = { content: index === 0 ? cells.size : '', ...right };
      table.push([first, ...rowOf(cells, paint)]);
    });
  }
  return `${paint.bold(operation)} · ${title}\n${table.toString()}`;
}

function rowOf({ variant, content, workspace, error, tone }: Cells, paint: Paint): Table.Cell[] {
  const style = tone === 'bad' ? paint.bad : tone === 'limit' ? paint.warn : String;
  const tail = [{ content: workspace, ...right }, style(error)];
  if ('figures' in content) return [variant, ...content.figures, ...tail];
  return [
    style(variant),
    { content: style(content.instead), colSpan: FIGURES.length, hAlign: 'left' },
    ...tail,
  ];
}
