import { Command, InvalidArgumentError } from 'commander';
import { compareReports, isSlower } from '../src/measure/compare.ts';
import type { Report } from '../src/measure/report.ts';
import { understood } from './arguments.ts';
import { readBaseline, requireSameDevice } from './baseline.ts';
import { renderComparison } from './comparison-table.ts';
import { EXIT } from './exit-codes.ts';
import { widthOf } from './wrap.ts';
import { paintFor } from './paint.ts';

/**
 * `bench compare a.json b.json`: prints a verdict a row, and answers with the exit code.
 * @throws UsageError on arguments or files that cannot be read, and on two devices
 */
export function compareCommand(args: readonly string[]): number {
  const command = new Command('bench compare')
    .description('Compares two reports of one device: a verdict for every result that both have.')
    .argument('<before>', 'the earlier report')
    .argument('<after>', 'the later one')
    .option(
      '--allow-slower <percent>',
      'how much slower is accepted; beyond it, or with a wrong result, the exit code is 1',
      percent,
      0,
    )
    .helpOption('-h, --help', 'show this');
  if (!understood(command, args)) return EXIT.ok;
  const [before = '', after = ''] = command.args;
  const { allowSlower } = command.opts<{ allowSlower: number }>();
  return compared(readBaseline(before, 'compare:'), readBaseline(after, 'compare:'), allowSlower / 100);
}

function compared(before: Report, after: Report, allowed: number): number {
  requireSameDevice(after.device, before, 'compare: the earlier report');
  const comparison = compareReports(after.results, before);
  const paint = paintFor(process.stdout, process.env);
  console.log(renderComparison(comparison, after, before, paint, widthOf(process.stdout)));
  const nothing = comparison.changes.length + comparison.lost.length === 0;
  const wrong = after.results.some(({ status }) => status === 'wrong' || status === 'failed');
  // A gate that has compared nothing must not look passed.
  return nothing || wrong || isSlower(comparison, allowed) ? EXIT.bad : EXIT.ok;
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number of percent, 0 or more.');
}
