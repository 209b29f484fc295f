import path from 'node:path';
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { parseReport } from '../../src/measure/report.ts';
import { readLink } from '../../src/ui/pages/compare/share.ts';
import { compareLink, correctness, flash, naive, RUN } from '../support/compare.ts';
import {
  addressOf,
  allowClipboard,
  chooseMore,
  download,
  dropFile,
  find,
  press,
  resultRows,
  sidewaysScroll,
  textsOf,
  useSite,
} from '../support/pages.ts';
import { sampleReport } from '../support/sample-report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const open = useSite();

const folder = temporaryFolder();

const wider = { ...flash, params: { ...flash.params, blockN: 16 } };

/** Runs the panes to their end. */
async function run(page: Page): Promise<void> {
  await press(page, RUN);
  await find(page, '[data-action=save]');
}

describe('a comparison', () => {
  test('is saved, opened elsewhere, and is the baseline of the next run', async () => {
    const { page, problems } = await open(compareLink([naive, flash, wider]));
    await run(page);
    const saved = await download(page, '[data-action=save]', path.join(folder, 'json'));
    const report = parseReport(JSON.parse(saved.toString()));
    expect(report.results.map(({ label, variant, params }) => [label, variant, params['blockN']])).toEqual([
      ['A', 'naive', undefined],
      ['B', 'flash', 8],
      ['C', 'flash', 16],
    ]);

    await chooseMore(page, 'baseline');
    await find(page, 'tw-baseline >>> h2');
    await (await find(page, 'tw-compare-pane:nth-of-type(2) >>> select[name=blockN]')).select('16');
    await run(page);
    await find(page, 'tw-baseline >>> tr[data-verdict]');
    const [, changed = ''] = await textsOf(page, 'tw-baseline >>> tbody tr');
    expect(changed).toMatch(/^attention · 16 tokens, .* · B · flash blockN 16, was 8 /);

    const other = await open('demos/attention/', { withoutWebGpu: true });
    await find(other.page, 'tw-report-actions');
    await dropFile(other.page, 'panes.json', saved.toString());
    await find(other.page, '[data-state=opened]');
    expect((await resultRows(other.page)).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^A · naive/),
      expect.stringMatching(/^B · flash/),
      expect.stringMatching(/^C · flash/),
    ]);
    expect([...problems, ...other.problems]).toEqual([]);
  });

  test('is kept in the browser, and copied as CSV and Markdown', async () => {
    const { page, problems } = await open(compareLink([naive, flash]));
    await allowClipboard(page);
    await run(page);
    const copied = async (form: string) => {
      await chooseMore(page, `copy ${form}`);
      const said = form === 'csv' ? 'CSV copied.' : 'Markdown copied.';
      await expect.poll(() => textsOf(page, 'tw-report-actions >>> [role=status]')).toContain(said);
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('markdown')).toMatch(/\| 16 \| B · flash, blockM 8 blockN 8 rows 2 cols 2.* \|/);
    expect((await copied('csv')).split('\r\n')[2]).toMatch(/^attention,.*,flash,.*,B,$/);
    await chooseMore(page, 'link');
    await expect
      .poll(() => textsOf(page, 'tw-report-actions >>> [role=status]'))
      .toContain('Link with these results copied.');
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));

    await page.reload();
    await press(page, 'tw-history >>> summary');
    expect((await textsOf(page, 'tw-history >>> li strong'))[0]).toBe(
      'A · naive, B · flash: attention, 1 head, headDim 8, dense, 16',
    );
    await press(page, '[data-action=open-run]');
    await find(page, '[data-state=opened]');
    expect(await correctness(page)).toEqual(['correct', 'correct']);
    // Read-only: what the panes would do is not what is shown.
    expect(await page.$('body >>> .verdict')).toBeNull();

    const other = await open(link.pathname.slice(1) + link.hash, { withoutWebGpu: true });
    await find(other.page, '[data-state=opened]');
    expect(await textsOf(other.page, '[data-state=opened]')).toEqual([
      expect.stringMatching(/^The results in this link: measured /),
    ]);
    expect(await correctness(other.page)).toEqual(['correct', 'correct']);
    expect(await textsOf(other.page, 'tw-compare-pane >>> .letter')).toEqual(['A', 'B']);
    expect(await addressOf(other.page)).toEqual({ search: '', hash: link.hash });
    expect([...problems, ...other.problems]).toEqual([]);
  });

  test('is shared with "Copy link" before anything was changed', async () => {
    const { page } = await open('demos/compare/');
    await allowClipboard(page);
    await find(page, RUN);
    await press(page, '[data-action=link]');
    await expect.poll(() => textsOf(page, 'tw-report-actions >>> [role=status]')).toContain('Link copied.');
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    expect(link.pathname).toBe('/demos/compare/');
    const { operation, panes } = readLink(link.hash);
    expect([operation, ...panes.map(({ variant }) => variant)]).toEqual(['attention', 'naive', 'flash']);
    expect(await page.evaluate(() => location.hash)).toBe('');
  });
});

describe('a report of the command line', () => {
  test('is shown one problem at a time, without WebGPU and on a telephone', async () => {
    const { page, problems } = await open('demos/compare/', { withoutWebGpu: true, width: 390 });
    await find(page, 'tw-report-actions');
    await dropFile(page, 'sample.json', JSON.stringify(sampleReport()));
    await find(page, '[data-state=opened]');
    const heads = () => textsOf(page, 'tw-figures-table >>> thead th[data-pane]');
    expect((await heads()).map((text) => text.split(' ')[0])).toEqual(['naive', 'two-pass', 'flash']);
    expect(await textsOf(page, 'tw-figures-table >>> [data-figure="Versus naive"]')).toHaveLength(3);
    await (
      await find(page, 'select[name=group]')
    ).select((await textsOf(page, 'select[name=group] option')).at(-1) ?? '');
    await expect.poll(async () => (await heads())[0]).toContain('naive');
    await find(page, 'tw-strip-plot >>> svg[role=img]');
    expect(await sidewaysScroll(page)).toBe(0);

    // A sample comes with the site, for those who have none.
    const fresh = await open('demos/attention/', { withoutWebGpu: true });
    await press(fresh.page, '[data-action=sample]');
    await find(fresh.page, '[data-state=opened]');
    expect((await textsOf(fresh.page, '[data-state=opened]')).join()).toMatch(/^A sample report: measured /);
    expect((await resultRows(fresh.page)).length).toBeGreaterThan(10);
    expect([...problems, ...fresh.problems]).toEqual([]);
  });

  test('that is none is refused in words', async () => {
    const { page, problems } = await open('demos/compare/', { withoutWebGpu: true });
    await find(page, 'tw-report-actions');
    await dropFile(page, 'bad.json', '{"schema":"other"}');
    await find(page, 'tw-report-actions >>> [role=alert]');
    expect((await textsOf(page, 'tw-report-actions >>> [role=alert]')).join()).toContain(
      'is no Tilewise report',
    );
    expect(problems).toEqual([]);
  });
});
