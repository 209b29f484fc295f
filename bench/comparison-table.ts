import Table from 'cli-table3';
import { changeWords, resultTitle, type ReportComparison } from '../src/measure/compare.ts';
import { comparisonText, formatComparison } from '../src/measure/comparison-words.ts';
import { formatMs, formatNumber } from '../src/measure/format.ts';
import type { Comparison, Report } from '../src/measure/report.ts';

import { wrap } from './wrap.ts';
import type { Paint } from './paint.ts';

/**
 * The changes since the baseline, for a terminal.
 * @param width of the terminal in characters; long titles are broken into lines
 */
export function renderComparison(
  { changes, lost, added, missing }: ReportComparison,
  report: Report,
  baseline: Report,
  paint: Paint,
  width = Infinity,
): string {
  const since = wrap(`Against the baseline of ${baseline.environment.date}:`, width);
  if (changes.length + lost.length === 0) {
    return paint.bad(wrap(`${since} it has no result in common with this run.`, width));
  }
  const rows = [
    ...changes.map((change) => ({
      title: resultTitle(change.result),
      others: changeWords(change),
      now: formatMs(change.result.time?.medianMs ?? NaN),
      verdict: verdictWords(change.comparison, width),
      isBad: change.comparison.verdict === 'slower',
    })),
    ...lost.map((result) => ({
      title: resultTitle(result),
      others: '',
      now: '–',
      verdict: `now ${result.status}`,
      isBad: true,
    })),
  ];
  const table = new Table({
    head: [...HEAD],
    colAligns: ['left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  const taken =
    BORDERS +
    Math.max(HEAD[1].length, ...rows.map(({ now }) => now.length)) +
    Math.max(HEAD[2].length, ...rows.map(({ verdict }) => verdict.length));
  const room = Math.max(LEAST_TITLE, width - taken);
  for (const { title, others, now, verdict, isBad } of rows) {
    const lines = [wrap(title, room), ...(others === '' ? [] : [indented(others, room)])];
    table.push([lines.join('\n'), now, isBad ? paint.bad(verdict) : verdict]);
  }
  return [
    paint.bold(since),
    ...differences(report, baseline).map((line) => indented(line, width)),
    ...drift(report, baseline).map((line) => indented(line, width)),
    table.toString(),
    ...(added.length === 0 ? [] : [indented(`${added.length} without an earlier time`, width)]),
    ...(missing.length === 0
      ? []
      : [indented(`${missing.length} of the baseline were not measured now`, width)]),
  ].join('\n');
}

const HEAD = ['result', 'now', 'versus baseline'] as const;

/** The lines between three columns, and the spaces beside them. */
const BORDERS = 10;

/** Characters that a line of a title has at least. */
const LEAST_TITLE = 16;

/** From this width on, the table has room for intervals. */
const WIDE = 100;

const verdictWords = (comparison: Comparison, width: number): string =>
  width < WIDE ? comparisonText(comparison).value : formatComparison(comparison);

const indented = (text: string, width: number): string =>
  wrap(text, width - 2)
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

/** Other software on one device may explain a change. */
function differences(report: Report, baseline: Report): string[] {
  const lines = [
    ['host', baseline.environment.userAgent, report.environment.userAgent],
    ['driver', baseline.device.description, report.device.description],
    ['Tilewise', baseline.environment.tilewise, report.environment.tilewise],
  ].filter(([, before, now]) => before !== now);
  return lines.map(([what, before, now]) => `other ${what}: was ${before}, is ${now}`);
}

/** How far the yardstick may move before the machine is suspected and not the kernels. */
const STEADY = 0.1;

/** A machine that is busier or hotter than it was may explain a change. */
function drift({ matmul: now }: Report, { matmul: before }: Report): string[] {
  if (!now || !before) return [];
  const ratio = now.gflops / before.gflops;
  if (Math.abs(Math.log(ratio)) <= Math.log(1 + STEADY)) return [];
  return [
    `careful: plain matmul runs at ${formatNumber(ratio)}× its earlier speed, so the machine itself has changed`,
  ];
}
