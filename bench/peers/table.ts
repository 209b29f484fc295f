import Table from 'cli-table3';
import { formatError, formatMs, formatMsInterval, formatNumber } from '../../src/measure/format.ts';
import { cpuWarning, deviceName } from '../device.ts';
import { wrap } from '../wrap.ts';
import type { Paint } from '../paint.ts';
import type { PeerResult, PeersReport } from './report.ts';

/** Most characters in a line of a reason. */
const REASON_WIDTH = 44;

const COLUMNS = ['library', 'time', '95 % interval', '× Tilewise’s', 'error', 'status'] as const;

/** The report for a terminal: the device of each library, then a table for each problem. */
export function renderPeers(report: PeersReport, paint: Paint): string {
  const warning = cpuWarning(report.device);
  return [
    `Adapter: ${paint.bold(deviceName(report.device))}`,
    ...(warning === undefined ? [] : [paint.warn(`Warning: ${warning}`)]),
    ...report.peers.map(({ title, version, device }) => `${title} ${version}: ${device}`),
    ...[...byTitle(report.results)].flatMap(([title, results]) => [
      '',
      paint.bold(title),
      renderCase(report, results, paint),
    ]),
    'Wall clock, until the GPU is done: median, 95 % interval. × Tilewise’s: ratio within the same rounds.',
    'Error: relative L2 against float64, the largest of the outputs.',
  ].join('\n');
}

function byTitle(results: readonly PeerResult[]): Map<string, PeerResult[]> {
  const groups = new Map<string, PeerResult[]>();
  for (const result of results) groups.set(result.title, [...(groups.get(result.title) ?? []), result]);
  return groups;
}

function renderCase({ peers }: PeersReport, results: readonly PeerResult[], paint: Paint): string {
  const table = new Table({
    head: [...COLUMNS],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const result of results) {
    const { peer, time, versusTilewise: versus, error } = result;
    table.push([
      peers.find(({ id }) => id === peer)?.title ?? peer,
      time ? formatMs(time.medianMs) : '–',
      time ? formatMsInterval(time.medianMs, time.lowMs, time.highMs) : '–',
      versus
        ? `${formatNumber(versus.ratio)} (${formatNumber(versus.low)}–${formatNumber(versus.high)})`
        : '–',
      error ? formatError(error.relL2) : '–',
      statusWords(result, paint),
    ]);
  }
  return table.toString();
}

function statusWords({ status, reason = '' }: PeerResult, paint: Paint): string {
  const words = (text: string) => wrap(`${text}: ${reason}`, REASON_WIDTH);
  switch (status) {
    case 'ok':
      return 'correct';
    case 'wrong':
      return paint.bad(words('WRONG, not timed'));
    case 'unsupported':
      return paint.warn(words('cannot'));
    case 'failed':
      return paint.bad(words('failed'));
  }
}
