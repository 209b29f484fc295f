import { expect, test } from 'vitest';
import { disturbances } from '../../src/measure/conditions.ts';
import { figureHeading, figures } from '../../src/measure/figures.ts';
import { reportCsv, reportMarkdown } from '../../src/measure/export.ts';
import { readRecord } from '../../src/ui/report/history/store.ts';
import { defaultName } from '../../src/ui/report/report-name.ts';
import { leftWords } from '../../src/ui/lab/progress-words.ts';
import { sampleReport } from '../support/sample-report.ts';

const report = sampleReport();

test('CSV has a row for each result, figures in full, texts with commas in quotes', () => {
  const lines = reportCsv(report).split('\r\n');
  expect(lines).toHaveLength(report.results.length + 2);
  expect(lines[0]).toMatch(/^operation,problem,variant,params,status,/);
  expect(lines[1]).toMatch(/^attention,"1024 tokens, 1 head, headDim 64, dense",naive,,ok,,629\.1456,/);
  const refused = lines.find((line) => line.includes('out-of-memory'));
  expect(refused).toContain('"buffer ""scores"" asks for 1073741824 bytes; the limit is 1073741820 bytes"');
});

test('panes of one variant are told apart', () => {
  const [first] = report.results;
  const results = ['A', 'B'].flatMap((label, index) =>
    first === undefined
      ? []
      : [{ ...first, label, variant: 'flash', params: { blockM: 8 + index }, edited: ['lib/tile.wesl'] }],
  );
  expect(reportMarkdown({ ...report, results })).toContain('| B · flash, blockM 9, edited |');
  const [, , second] = reportCsv({ results }).split('\r\n');
  expect(second).toMatch(/^attention,.*,flash,blockM 9,.*,B,lib\/tile\.wesl$/);
  expect(defaultName({ ...report, results })).toMatch(/^A · flash, B · flash: attention, /);
});

test('Markdown names the device, and has a table for each kind of problem', () => {
  const text = reportMarkdown(report);
  expect(text).toMatch(
    /^Tilewise 0.1.0 on sample handmade Sample Adapter \(made by hand\) \(a CPU\), 2026-01-02\./,
  );
  expect(text.match(/^\| size \|/gm)).toHaveLength(2);
  const widths = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').length);
  expect(new Set(widths)).toEqual(new Set([10]));
  expect(text).toContain('| 1024 | flash | 57.2 ms (55.5–59.5) |');
});

test('text in Markdown stays text: no HTML, no link, no cell of its own', () => {
  const [first] = report.results;
  if (!first) throw new Error('the sample has results');
  const reason = '<img src=x onerror=alert(1)> | [a](javascript:alert(1)) \\| `code`';
  const text = reportMarkdown({
    ...report,
    device: { ...report.device, description: '<b>GPU</b>' },
    results: [{ ...first, status: 'failed', reason }],
  });
  expect(text).not.toMatch(/<(img|b)/);
  expect(text).toContain(
    String.raw`FAILED: &lt;img src=x onerror=alert(1)&gt; \| \[a\](javascript:alert(1)) \\\| \`code\` |`,
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
  'a CSV cell that begins like %j is no formula',
  (reason) => {
    const [first] = report.results;
    if (!first) throw new Error('the sample has results');
    const csv = reportCsv({ results: [{ ...first, status: 'failed', reason }] });
    expect(csv).toContain(`'${reason}`);
    expect(csv).not.toContain(`,${reason}`);
  },
);

test('every figure is a column of the CSV, and every main figure one of Markdown', () => {
  const [names = ''] = reportCsv(report).split('\r\n');
  const [headings = ''] = reportMarkdown(report)
    .split('\n')
    .filter((line) => line.startsWith('| size'));
  for (const figure of figures()) {
    for (const name of Object.keys(figure.values)) expect(names.split(',')).toContain(name);
    if (figure.room !== 'full') expect(headings).toContain(figureHeading(figure));
  }
});

test('a kept run is named after what was measured', () => {
  expect(defaultName(report)).toBe('attention, 1 head, headDim 64, dense, 1024 to 16384');
  expect(defaultName({ ...report, results: [] })).toBe('nothing measured');
});

test.each([
  { of: 'nothing', record: undefined },
  { of: 'a text', record: 'report' },
  { of: 'no report', record: { name: 'mine' } },
  { of: 'a report of another version', record: { name: 'mine', report: { ...report, version: 99 } } },
  { of: 'a damaged result', record: { name: 'mine', report: { ...report, results: [{ variant: 3 }] } } },
  { of: 'a name that is none', record: { name: 7, report } },
])('a kept record with $of is told apart, with the reason', ({ record }) => {
  const read = readRecord(4, record);
  expect(read).not.toHaveProperty('report');
  expect(read).toMatchObject({ id: 4, reason: expect.stringMatching(/.+/) as unknown });
});

test('a whole record is read as it was written', () => {
  expect(readRecord(4, { name: 'mine', report })).toEqual({ id: 4, name: 'mine', report });
});

test('what disturbed a run is told, and nothing else', () => {
  const told = (page: { hiddenMs: number; timerMs: number; frameMs?: number }) =>
    disturbances({ ...report, environment: { ...report.environment, page } });
  expect(disturbances(report)).toEqual([]);
  expect(disturbances({ ...report, partial: true }).join()).toContain('stopped before its end');
  expect(told({ hiddenMs: 0, timerMs: 104, frameMs: 20 })).toEqual([]);
  expect(told({ hiddenMs: 3200, timerMs: 1000 })).toEqual([
    'The page was hidden for 3.2 s of the run: browsers slow hidden pages down.',
    'Timers of 100 ms came every 1 s: the browser throttled the page.',
  ]);
  expect(told({ hiddenMs: 0, timerMs: 110, frameMs: 300 }).join()).toContain('waited 300 ms for a frame');
});

test('time left is said no more exactly than it is known', () => {
  expect([leftWords(200), leftWords(41_200), leftWords(200_000)]).toEqual(['1 s', '41 s', '3 min']);
});
