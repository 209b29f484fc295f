import Table from 'cli-table3';
import { disturbances } from '../src/measure/conditions.ts';
import { byExtent, families, workWords, type Family } from '../src/measure/describe.ts';
import { formatGflops, formatNumber } from '../src/measure/format.ts';
import type { Report, Result } from '../src/measure/report.ts';
import {
  ACROSS,
  DOWN,
  sweepsOf,
  sweepTable,
  sweepTitle,
  withoutSweeps,
  type Sweep,
} from '../src/measure/sweep.ts';
import { wordsOf } from '../src/operations/index.ts';
import { cellsOf, tableFigures, type Cells } from './cells.ts';
import { cpuWarning, deviceName } from './device.ts';
import { layoutFor, type Layout } from './layout.ts';
import { wrap } from './wrap.ts';
import type { Paint } from './paint.ts';

/**
 * The report for a terminal: the adapter first, one table a kind of problem, a summary last.
 * @param width of the terminal in characters; where it is small, the less important figures are left out
 */
export function renderReport(report: Report, paint: Paint, width = Infinity): string {
  const layout = layoutFor(width);
  const warning = cpuWarning(report.device);
  const fit = (text: string) => wrap(text, width);
  return [
    `Adapter: ${paint.bold(deviceName(report.device))}`,
    ...(warning === undefined ? [] : [paint.warn(fit(`Warning: ${warning}`))]),
    ...disturbances(report).map((line) => paint.warn(fit(`Warning: ${line}`))),
    ...(report.matmul
      ? [`Best matmul here: ${formatGflops(report.matmul.gflops)}, the 100 % of “% of matmul”.`]
      : []),
    ...(report.peaks
      ? [
          `Roofs here: multiply-adds ${formatGflops(report.peaks.fma.gflops)}, copies ${formatNumber(report.peaks.copy.gbPerS)} GB/s.`,
        ]
      : []),
    ...families(withoutSweeps(report.results)).flatMap((family) => ['', renderFamily(family, paint, layout)]),
    ...sweepsOf(report.results).flatMap((sweep) => ['', renderSweep(sweep, paint)]),
    fit(
      'Median times with 95 % intervals. Versus the baseline: ratio within the same rounds. Error: relative L2 against float64.',
    ),
    ...paramsWords(report.results),
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

/** Where parameters came from, if not all from the defaults. */
function paramsWords(results: readonly Result[]): string[] {
  const tuned = results.filter(({ paramsFrom }) => paramsFrom === 'tuned');
  if (tuned.length === 0) return [];
  const names = [...new Set(tuned.map(({ variant }) => variant))].join(', ');
  return [`Tuned parameters: ${names}, in ${tuned.length} of ${results.length} results; else defaults.`];
}

/** Median times, tile by tile. */
function renderSweep(sweep: Sweep, paint: Paint): string {
  const { across, rows } = sweepTable(sweep);
  const table = new Table({
    head: [`${DOWN} ↓ ${ACROSS} →`, ...across.map(String)],
    colAligns: ['right', ...across.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const { down, words } of rows) table.push([String(down), ...words]);
  return `${paint.bold('sweep')} · ${sweepTitle(sweep)}\n${table.toString()}`;
}

function renderFamily({ operation, title, results }: Family, paint: Paint, layout: Layout): string {
  const shown = tableFigures(results).filter(layout.shows);
  const table = new Table({
    head: ['size', 'variant', ...shown.map((figure) => lowerFirst(layout.heading(figure)))],
    colAligns: ['right', 'left', ...shown.map(({ align }) => align)],
    style: { head: [], border: [], compact: true, 'padding-right': layout.paddingRight },
  });
  const timed = shown.filter((figure) => figure.timed).length;
  // Within a group, results are in teaching order: naive stands above the variants that it is compared with.
  for (const group of byExtent(results)) {
    for (const [index, result] of group.entries()) {
      const cells = cellsOf(result, shown, layout.cell);
      table.push([index === 0 ? cells.size : '', ...rowOf(cells, timed, paint, layout)]);
    }
  }
  const work = workWords(results);
  const notes = results.flatMap(({ problem }) => wordsOf(operation).notes?.(problem) ?? []);
  const below = [...(work === undefined ? [] : [work]), ...new Set(notes)];
  return [`${paint.bold(operation)} · ${title}`, table.toString(), ...below].join('\n');
}

function rowOf(
  { variant, instead, figures, tone }: Cells,
  timed: number,
  paint: Paint,
  layout: Layout,
): Table.Cell[] {
  if (instead === undefined) return [variant, ...figures];
  const style = tone === 'bad' ? paint.bad : paint.warn;
  const reason = style(wrap(instead, layout.reasonWidth));
  // Cells of their own take no alignment from their column.
  const rest = figures.map((figure): Table.Cell => ({ content: style(figure), hAlign: 'right' }));
  return [style(variant), { content: reason, colSpan: timed, hAlign: 'left' }, ...rest];
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
