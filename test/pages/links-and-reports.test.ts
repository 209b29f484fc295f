import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import '../../src/operations/index.ts';
import { measureForm } from '../../src/ui/form/measure-form.ts';
import { writeUrl } from '../../src/ui/form/url-state.ts';
import { parseReport } from '../../src/measure/report.ts';
import { addressOf, download, find, resultRows, sidewaysScroll, textsOf, useSite } from '../support/pages.ts';
import { sampleReport } from '../support/sample-report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const attentionForm = measureForm('attention', 'attention-backward');

const open = useSite();

/** `name=value` of every input and select. */
async function fieldsOf(page: Page): Promise<string[]> {
  return page.$$eval('body >>> :is(wa-input, wa-select)', (controls) =>
    controls.map(({ name, value }) => `${name ?? ''}=${String(value)}`),
  );
}

describe('links', () => {
  test('carry every setting there and back', async () => {
    const first = await open('demos/attention/');
    const lengths = await find(first.page, 'wa-input[name=seqLenQ]');
    await lengths.click({ count: 3 });
    await first.page.keyboard.type('40, 96');
    const unwanted = await find(first.page, 'wa-checkbox[value=naive]');
    // Out from under the bar that stays at the bottom.
    await unwanted.evaluate((box) => {
      box.scrollIntoView({ block: 'center' });
    });
    await unwanted.click();
    await (await find(first.page, '[aria-pressed=false]')).click();
    await (await find(first.page, 'wa-input[name=seed]')).click({ count: 3 });
    await first.page.keyboard.type('27');
    const { hash: link } = await addressOf(first.page);
    const second = await open(`demos/attention/${link}`);
    await find(second.page, 'wa-input[name=seqLenQ]');
    expect(await fieldsOf(second.page)).toEqual(await fieldsOf(first.page));
    expect(await fieldsOf(second.page)).toEqual(expect.arrayContaining(['seqLenQ=40, 64, 96', 'seed=27']));
    const naive = await find(second.page, 'wa-checkbox[value=naive]');
    expect(await naive.evaluate((box) => (box as HTMLInputElement).checked)).toBe(false);
    expect(second.problems).toEqual([]);
  });

  test('are followed back and forth, from an old query too', async () => {
    const { page, problems } = await open('demos/attention/?v=1&batch=2');
    await find(page, 'wa-input[name=batch]');
    expect(await fieldsOf(page)).toContain('batch=2');
    const link = writeUrl(attentionForm.settings, { ...attentionForm.defaults(), batch: '3' });
    await page.evaluate((hash) => {
      location.hash = hash;
    }, link);
    await expect.poll(() => fieldsOf(page)).toContain('batch=3');
    await page.goBack();
    await expect.poll(() => fieldsOf(page)).toContain('batch=2');
    await (await find(page, 'wa-input[name=headDim]')).click({ count: 3 });
    await page.keyboard.type('32');
    expect(await addressOf(page)).toEqual({
      search: '',
      hash: expect.stringMatching(/^#1\.[\w-]+$/) as string,
    });
    expect(problems).toEqual([]);
  });

  test.each([
    { of: 'a piece missing', link: '#1.w-X8we', says: 'This link is damaged', batch: '1' },
    { of: 'bad values', link: '?v=1&seqLenQ=many&batch=2', says: 'seqLenQ=many', batch: '2' },
    { of: 'unknown names', link: '?v=1&colour=red&batch=2', says: 'colour', batch: '2' },
    { of: 'another version', link: '?v=99&batch=2', says: 'version 99', batch: '1' },
    {
      of: 'values that exclude each other',
      link: '?v=1&numHeads=3&numKVHeads=2',
      says: 'defaults',
      batch: '1',
    },
  ])('with $of fall back, and say so', async ({ link, says, batch }) => {
    const { page, problems } = await open(`demos/attention/${link}`);
    await find(page, 'wa-callout[role=status]');
    expect((await textsOf(page, 'wa-callout[role=status]')).join()).toContain(says);
    expect(await fieldsOf(page)).toContain(`batch=${batch}`);
    expect(problems).toEqual([]);
  });
});

describe('reports', () => {
  const folder = temporaryFolder();

  async function upload(page: Page, name: string, text: string): Promise<void> {
    await writeFile(path.join(folder, name), text);
    const input = await find(page, 'tw-report-actions >>> input');
    await (input as ElementHandle<HTMLInputElement>).uploadFile(path.join(folder, name));
  }

  test('open without WebGPU: table, charts, memory wall, what is left out', async () => {
    const { page, problems } = await open('demos/attention/', { withoutWebGpu: true });
    await upload(page, 'sample.json', JSON.stringify(sampleReport()));
    await find(page, '[data-state=opened]');
    expect(await resultRows(page)).toHaveLength(9);
    expect((await textsOf(page, '[data-status=out-of-memory]')).join()).toContain('Memory wall');
    expect((await textsOf(page, '[data-state=opened]')).join()).toContain('4 results of other operations');
    await find(page, 'tw-charts >>> svg[role=img]');
    expect(await page.$$('body >>> tw-charts >>> svg[role=img]')).toHaveLength(2);
    const captions = await page.$$eval('body >>> tw-charts >>> caption', (all) =>
      all.map((one) => one.textContent.trim()),
    );
    expect(captions).toEqual(['Median time', 'Workspace memory']);
    expect(problems).toEqual([]);
  });

  test('fit a telephone: the table scrolls by itself', async () => {
    const { page } = await open('demos/attention/', { withoutWebGpu: true, width: 390 });
    await upload(page, 'sample.json', JSON.stringify(sampleReport()));
    await find(page, 'tw-charts >>> svg[role=img]');
    expect(await sidewaysScroll(page)).toBe(0);
    const table = await find(page, 'tw-results-table >>> .scroller');
    expect(await table.evaluate((scroller) => scroller.scrollWidth > scroller.clientWidth)).toBe(true);
  });

  test('with a wrong result raise the alarm', async () => {
    const { page } = await open('demos/contrastive/', { withoutWebGpu: true });
    await upload(page, 'sample.json', JSON.stringify(sampleReport()));
    await find(page, 'wa-callout[role=alert]');
    expect((await textsOf(page, 'wa-callout[role=alert]')).join()).toContain('1 wrong result');
    expect((await textsOf(page, 'tr.wrong')).join()).toContain('WRONG');
  });

  test.each([
    { of: 'no JSON', text: 'milliseconds: 5', says: 'is not JSON' },
    { of: 'another schema', text: '{"schema":"other"}', says: 'is no Tilewise report at schema' },
    { of: 'a damaged result', text: JSON.stringify(damaged()), says: 'at results.0.status' },
  ])('that are $of are refused in words', async ({ text, says }) => {
    const { page, problems } = await open('demos/attention/', { withoutWebGpu: true });
    await upload(page, 'bad.json', text);
    await find(page, 'tw-report-actions >>> [role=alert]');
    expect((await textsOf(page, 'tw-report-actions >>> [role=alert]')).join()).toContain(says);
    expect(problems).toEqual([]);
  });

  test('are saved as they were opened', async () => {
    const { page } = await open('demos/attention/', { withoutWebGpu: true });
    await upload(page, 'sample.json', JSON.stringify(sampleReport()));
    const saved = await download(page, '[data-action=save]', path.join(folder, 'downloads'));
    expect(parseReport(JSON.parse(saved.toString()))).toEqual(sampleReport());
  });
});

function damaged(): unknown {
  const report = sampleReport();
  return { ...report, results: report.results.map((result) => ({ ...result, status: 'fine' })) };
}
