import Table from 'cli-table3';
import { formatMs } from '../src/measure/format.ts';
import type { Report } from '../src/measure/report.ts';
import { resultTitle, type BaselineComparison } from './baseline.ts';
import { formatComparison } from './cells.ts';
import type { Paint } from './paint.ts';

/** What changed since the baseline, for a terminal. */
export function renderComparison(
  { changes, lost }: BaselineComparison,
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
  for (const { result, comparison } of changes) {
    const words = formatComparison(comparison);
    const style = comparison.verdict === 'slower' ? paint.bad : String;
    table.push([resultTitle(result), formatMs(result.time?.medianMs ?? NaN), style(words)]);
  }
  for (const result of lost) table.push([resultTitle(result), '–', paint.bad(`now ${result.status}`)]);
  return [paint.bold(since), ...differences(report, baseline), table.toString()].join('\n');
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
