import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import {
  chooseMore,
  download,
  dropFile,
  find,
  openMore,
  press,
  resultRows,
  textsOf,
  useSite,
} from '../support/pages.ts';
import { sampleReport } from '../support/sample-report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const open = useSite();

const folder = temporaryFolder();

const SMALL = 'demos/attention/?v=1&seqLenQ=8&numHeads=1&headDim=16&variants=naive&budgetMs=50&yardstick=off';

async function run(page: Page): Promise<void> {
  await press(page, 'wa-button[type=submit]:not([disabled])');
  await find(page, '[data-action=save]');
}

/** Drops a report on the page. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  await find(page, 'tw-report-actions');
  await dropFile(page, name, text);
  await find(page, '[data-state=opened]');
}

const kept = (page: Page) => textsOf(page, 'tw-history >>> li');

test('a run is kept, named, opened after a reload, compared with, and deleted', async () => {
  const { page, problems } = await open(SMALL);
  await run(page);
  await press(page, 'tw-history >>> summary');
  expect((await kept(page)).join()).toMatch(/^attention, 1 head, headDim 16, dense, 8 .* 1 results/);
  await press(page, '[data-action=name-run]');
  await find(page, 'tw-history >>> input');
  await page.keyboard.down('Control');
  await page.keyboard.press('a');
  await page.keyboard.up('Control');
  await page.keyboard.type('before the change');
  await page.keyboard.press('Enter');
  await find(page, '[aria-label="Open: before the change"]');

  const report = await page.evaluate(() => document.querySelector('tw-attention-bench')?.bench.report);
  await page.reload();
  await press(page, 'tw-history >>> summary');
  await press(page, '[data-action=open-run]');
  await find(page, '[data-state=opened]');
  expect(await resultRows(page)).toHaveLength(1);
  await press(page, '[data-action=baseline-run]');
  await drop(page, 'again.json', JSON.stringify(report));
  await find(page, 'tw-baseline >>> tr[data-verdict]');
  expect((await textsOf(page, 'tw-baseline >>> h2'))[0]).toBe('Since before the change');
  expect((await textsOf(page, 'tw-baseline >>> tr[data-verdict]')).join()).toMatch(
    /^attention · 8 tokens, 1 head, headDim 16, dense · naive .* (same|cannot tell)/,
  );
  await press(page, '[data-action=drop-baseline]');
  expect(await page.$('body >>> tw-baseline >>> section')).toBeNull();
  await press(page, '[data-action=delete-run]');
  await expect.poll(() => kept(page)).toEqual([]);
  expect(problems).toEqual([]);
});

test('a damaged record is listed as such and does not hide the others', async () => {
  const { page, problems } = await open('demos/attention/', { withoutWebGpu: true });
  await find(page, 'tw-history');
  await page.evaluate(
    (records) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('tilewise-history', 1);
        request.onerror = () => {
          reject(new Error('no database'));
        };
        request.onsuccess = () => {
          const transaction = request.result.transaction('runs', 'readwrite');
          for (const record of records) transaction.objectStore('runs').add(record);
          transaction.oncomplete = () => {
            request.result.close();
            resolve();
          };
        };
      }),
    [
      { name: 'good', report: sampleReport() },
      { name: 'bad', report: { results: 'none' } },
    ],
  );
  await page.reload();
  await press(page, 'tw-history >>> summary');
  await expect
    .poll(() => kept(page))
    .toEqual([expect.stringMatching(/^Cannot be read report.schema/), expect.stringMatching(/^good/)]);
  await press(page, 'tw-history >>> [data-action=clear]');
  await expect.poll(() => kept(page)).toEqual([]);
  expect(problems).toEqual([]);
});

test('without storage, runs work and the page says that nothing is kept', async () => {
  const { page, problems } = await open('demos/attention/', { withoutWebGpu: true });
  await page.evaluateOnNewDocument(() => {
    indexedDB.open = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
  });
  await page.goto(new URL(page.url()).href);
  await press(page, 'tw-history >>> summary');
  await find(page, 'tw-history >>> [role=alert]');
  expect((await textsOf(page, 'tw-history >>> [role=alert]')).join()).toBe(
    'This browser gives no room to keep runs: The operation is insecure.',
  );
  await drop(page, 'sample.json', JSON.stringify(sampleReport()));
  expect(await resultRows(page)).toHaveLength(9);
  expect(problems).toEqual([]);
});

describe('a report', () => {
  test('is saved as CSV and Markdown', async () => {
    const { page, problems } = await open('demos/attention/', { withoutWebGpu: true });
    await drop(page, 'sample.json', JSON.stringify(sampleReport()));
    await openMore(page);
    const csv = await download(page, 'wa-dropdown-item[value="save csv"]', path.join(folder, 'csv'));
    expect(csv.toString().split('\r\n')).toHaveLength(sampleReport().results.length + 2);
    await openMore(page);
    const markdown = await download(page, 'wa-dropdown-item[value="save markdown"]', path.join(folder, 'md'));
    expect(markdown.toString()).toContain('| 1024 | flash | 57.2 ms (55.5–59.5) |');
    expect(problems).toEqual([]);
  });

  test('that was dropped is the baseline of the next; one of another device is refused', async () => {
    const { page, problems } = await open('demos/attention/', { withoutWebGpu: true });
    const before = sampleReport();
    await drop(page, 'before.json', JSON.stringify(before));
    await chooseMore(page, 'baseline');
    await find(page, 'tw-baseline >>> section');
    const slower = before.results.map((result) =>
      result.variant === 'flash' && result.time
        ? { ...result, time: { ...result.time, medianMs: 9e5, lowMs: 8e5, highMs: 1e6 } }
        : result,
    );
    await drop(page, 'after.json', JSON.stringify({ ...before, results: slower }));
    await find(page, 'tw-baseline >>> tr[data-verdict=slower]');
    expect((await textsOf(page, 'tw-baseline >>> h2'))[0]).toBe('Since before.json');
    const other = { ...before, device: { ...before.device, device: '0xbeef' } };
    await drop(page, 'other.json', JSON.stringify(other));
    await find(page, 'tw-baseline >>> .problem');
    expect((await textsOf(page, 'tw-baseline >>> .problem')).join()).toContain('do not compare');
    expect(problems).toEqual([]);
  });

  test('of the command line opens too, and says what disturbed it', async () => {
    const { page } = await open('demos/attention/', { withoutWebGpu: true });
    const file = path.join(folder, 'cli.json');
    const { environment } = sampleReport();
    const disturbed = { ...environment, page: { hiddenMs: 3200, timerMs: 1000 } };
    await writeFile(file, `${JSON.stringify(sampleReport({ environment: disturbed }), null, 2)}\n`);
    await drop(page, 'cli.json', await readFile(file, 'utf8'));
    expect((await textsOf(page, '[data-state=disturbed]')).join()).toMatch(/hidden for 3.2 s.*throttled/);
  });
});
