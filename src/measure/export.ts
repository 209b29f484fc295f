import { byExtent, families, problemExtent, problemFamily, problemTitle, seriesOf } from './describe.ts';
import { figureCell, figureHeading, figures } from './figures.ts';
import type { Report, Result } from './report.ts';
import { whyNot } from './status-words.ts';

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
  ...figures().flatMap(({ values }) => Object.entries(values).map(([name, value]) => ({ name, value }))),
  { name: 'label', value: ({ label }) => label },
  { name: 'edited', value: ({ edited }) => edited?.join(' ') },
];

/** The results as CSV (RFC 4180), one row each. Figures have all their digits; a missing one is an empty cell. */
export function reportCsv({ results }: Pick<Report, 'results'>): string {
  const rows = results.map((result) => COLUMNS.map(({ value }) => csvCell(value(result))));
  return [COLUMNS.map(({ name }) => name), ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** The figures of Markdown tables; the rest is in the other formats. */
const MARKDOWN_FIGURES = figures().filter(({ room }) => room !== 'full');

/** The report as Markdown: the device, then one table for each kind of problem. */
export function reportMarkdown({ device, environment, results }: Report): string {
  const { vendor, architecture, description } = device;
  const where = [vendor, architecture, description].filter((word) => word !== '').join(' ');
  const headings = ['size', 'variant', ...MARKDOWN_FIGURES.map(figureHeading)];
  const rules = ['---:', '---', ...MARKDOWN_FIGURES.map(({ align }) => (align === 'right' ? '---:' : '---'))];
  return [
    `Tilewise ${markdownText(environment.tilewise)} on ${markdownText(where)}${device.isFallbackAdapter ? ' (a CPU)' : ''}, ${markdownText(environment.date.slice(0, 10))}.`,
    ...families(results).flatMap(({ operation, results: members }) => [
      `\n**${markdownText(operation)}** · ${members[0] ? markdownText(problemFamily(members[0])) : ''}\n`,
      `| ${headings.join(' | ')} |`,
      `|${rules.join('|')}|`,
      ...byExtent(members).flat().map(markdownRow),
    ]),
    '',
  ].join('\n');
}

function markdownRow(result: Result): string {
  const cells = MARKDOWN_FIGURES.map((figure, index) => {
    if (result.status === 'ok' || !figure.timed) return figureCell(figure, result);
    return index === 0 ? whyNot(result) : '–';
  });
  return `| ${[problemExtent(result), entryWords(result), ...cells].map(markdownText).join(' | ')} |`;
}

/** Text that stays text in Markdown, in a table too: neither HTML, nor a link, nor another cell. */
function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\|`[\]]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
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

/** A spreadsheet takes text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

function csvCell(value: string | number | undefined): string {
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value ?? '');
  // Where the comma is the decimal sign, spreadsheets split at semicolons.
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
