import Table from 'cli-table3';
import { changeWords, resultTitle, type ReportComparison } from '../src/measure/compare.ts';
import { formatMs, formatNumber } from '../src/measure/format.ts';
import type { Report } from '../src/measure/report.ts';
import { formatComparison } from './cells.ts';
import type { Paint } from './paint.ts';

/** What changed since the baseline, for a terminal. */
export function renderComparison(
  { changes, lost, added, missing }: ReportComparison,
  report: Report,
  baseline: Report,
  paint: Paint,
): string {
  const since = `Against the baseline of ${baseline.environment.date}:`;
  if (changes.length + lost.length === 0) {
    return paint.bad(`${since} it has no result in common with this run.`);
  }
  const table = new Table({
    head: ['result', 'now', 'versus baseline'],
    colAligns: ['left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const change of changes) {
    const { result, comparison } = change;
    const words = formatComparison(comparison);
    const style = comparison.verdict === 'slower' ? paint.bad : String;
    const besides = changeWords(change);
    const title = resultTitle(result) + (besides === '' ? '' : `\n  ${besides}`);
    table.push([title, formatMs(result.time?.medianMs ?? NaN), style(words)]);
  }
  for (const result of lost) table.push([resultTitle(result), '–', paint.bad(`now ${result.status}`)]);
  return [
    paint.bold(since),
    ...differences(report, baseline),
    ...drift(report, baseline),
    table.toString(),
    ...(added.length === 0 ? [] : [`  ${added.length} without an earlier time`]),
    ...(missing.length === 0 ? [] : [`  ${missing.length} of the baseline were not measured now`]),
  ].join('\n');
}

/** The same device can still be under other software. */
function differences(report: Report, baseline: Report): string[] {
  const lines = [
    ['host', baseline.environment.userAgent, report.environment.userAgent],
    ['driver', baseline.device.description, report.device.description],
    ['Tilewise', baseline.environment.tilewise, report.environment.tilewise],
  ].filter(([, before, now]) => before !== now);
  return lines.map(([what, before, now]) => `  other ${what}: was ${before}, is ${now}`);
}

/** How far the yardstick may move before the machine is suspected and not the kernels. */
const STEADY = 0.1;

/** The same software can still run on a machine that is busier, or hotter, than it was. */
function drift({ matmul: now }: Report, { matmul: before }: Report): string[] {
  if (!now || !before) return [];
  const ratio = now.gflops / before.gflops;
  if (Math.abs(Math.log(ratio)) <= Math.log(1 + STEADY)) return [];
  return [
    `  careful: plain matmul runs at ${formatNumber(ratio)}× its earlier speed, so the machine itself has changed`,
  ];
}
