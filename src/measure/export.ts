import { problemExtent, problemFamily, problemTitle, seriesOf, families, byExtent } from './describe.ts';
import {
  formatBytes,
  formatError,
  formatGflops,
  formatMs,
  formatMsInterval,
  formatNumber,
} from './format.ts';
import type { Report, Result } from './report.ts';

/** A column of the table of results: plain values for CSV, words for Markdown. */
interface Column {
  readonly name: string;
  readonly value: (result: Result) => string | number | undefined;
}

const COLUMNS: readonly Column[] = [
  { name: 'operation', value: ({ operation }) => operation },
  { name: 'problem', value: problemTitle },
  { name: 'variant', value: ({ variant }) => variant },
  { name: 'params', value: ({ params }) => paramWords(params) },
  { name: 'status', value: ({ status }) => status },
  { name: 'reason', value: ({ reason }) => reason },
  { name: 'medianMs', value: ({ time }) => time?.medianMs },
  { name: 'lowMs', value: ({ time }) => time?.lowMs },
  { name: 'highMs', value: ({ time }) => time?.highMs },
  { name: 'samples', value: ({ time }) => time?.samples },
  { name: 'clock', value: ({ time }) => time?.source },
  { name: 'gflops', value: ({ gflops }) => gflops },
  { name: 'percentOfMatmul', value: ({ percentOfMatmul }) => percentOfMatmul },
  { name: 'baseline', value: ({ baseline }) => baseline },
  { name: 'ratio', value: ({ versusBaseline }) => versusBaseline?.ratio },
  { name: 'verdict', value: ({ versusBaseline }) => versusBaseline?.verdict },
  { name: 'workspaceBytes', value: ({ workspaceBytes }) => workspaceBytes },
  { name: 'relL2', value: ({ error }) => error?.relL2 },
  { name: 'bound', value: ({ error }) => error?.bound },
  { name: 'label', value: ({ label }) => label },
  { name: 'edited', value: ({ edited }) => edited?.join(' ') },
];

/** The results as CSV (RFC 4180), one row each. Figures have all their digits; a missing one is an empty cell. */
export function reportCsv({ results }: Pick<Report, 'results'>): string {
  const rows = results.map((result) => COLUMNS.map(({ value }) => csvCell(value(result))));
  return [COLUMNS.map(({ name }) => name), ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** The report as Markdown: the device, then one table for each kind of problem. */
export function reportMarkdown({ device, environment, results }: Report): string {
  const { vendor, architecture, description } = device;
  const where = [vendor, architecture, description].filter((word) => word !== '').join(' ');
  return [
    `Tilewise ${environment.tilewise} on ${where}${device.isFallbackAdapter ? ' (a CPU)' : ''}, ${environment.date.slice(0, 10)}.`,
    ...families(results).flatMap(({ operation, results: members }) => [
      `\n**${operation}** · ${members[0] ? problemFamily(members[0]) : ''}\n`,
      '| size | variant | time | 95 % | versus baseline | throughput | workspace | error (bound) |',
      '|---:|---|---:|---:|---|---:|---:|---|',
      ...byExtent(members).flat().map(markdownRow),
    ]),
    '',
  ].join('\n');
}

function markdownRow(result: Result): string {
  const { status, reason, time, versusBaseline, gflops, workspaceBytes, error } = result;
  const failed = status === 'ok' ? undefined : `${status}: ${reason ?? ''}`;
  const cells = [
    problemExtent(result),
    entryWords(result),
    failed ?? (time ? formatMs(time.medianMs) : ''),
    time ? formatMsInterval(time.medianMs, time.lowMs, time.highMs) : '',
    versusBaseline ? `${formatNumber(versusBaseline.ratio)} ×, ${versusBaseline.verdict}` : '',
    gflops === undefined ? '' : formatGflops(gflops),
    workspaceBytes === undefined ? '' : formatBytes(workspaceBytes),
    error ? `${formatError(error.relL2)} (${formatError(error.bound)})` : '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
}

/**
 * A result's name: `flash`, or for a pane, which may have the same variant as another, `B · flash, blockM 32,
 * edited`.
 */
function entryWords(result: Result): string {
  const { label, params, edited } = result;
  if (label === undefined) return result.variant;
  return [seriesOf(result), paramWords(params), edited ? 'edited' : '']
    .filter((word) => word !== '')
    .join(', ');
}

const paramWords = (params: Result['params']): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join(' ');

function csvCell(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
