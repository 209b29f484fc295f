import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import '../../src/operations/index.ts';
import { measureForm } from '../../src/ui/form/measure-form.ts';
import { writeUrl } from '../../src/ui/form/url-state.ts';
import { find, press, resultRows, textsOf, useSite } from '../support/pages.ts';
import { sampleAttention, sampleReport } from '../support/sample-report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const attentionForm = measureForm('attention', 'attention-backward');

const open = useSite();

const link = ({ yardstick = false } = {}) =>
  `demos/attention/${writeUrl(attentionForm.settings, {
    ...attentionForm.defaults(),
    ...{ seqLenQ: '8, 16', numHeads: '1', headDim: '8', budgetMs: '100', variants: 'naive,flash' },
    yardstick: yardstick ? 'on' : 'off',
  })}`;

const run = async (page: Page): Promise<void> => {
  await press(page, 'wa-button[type=submit]:not([disabled])');
  await find(page, '[data-action=save]');
};

describe('roofline', () => {
  test('shows every variant below the measured roofs, with the figures in a table', async () => {
    const { page, problems } = await open(link({ yardstick: true }));
    await run(page);
    await press(page, 'tw-charts >>> label:last-of-type');
    const chart = await find(page, 'tw-charts >>> svg[aria-label^=Roofline]');
    expect(await chart.evaluate((svg) => svg.getAttribute('aria-description'))).toMatch(
      /^naive, flash, below .* of multiply-adds and .* GB\/s of copies/,
    );
    expect(await page.$$('body >>> tw-roofline-table >>> tbody tr')).toHaveLength(4);
    expect((await textsOf(page, 'tw-roofline-table >>> p')).join()).toMatch(/Measured on this device at 20/);
    expect(problems).toEqual([]);
  });
});

describe('tuning', () => {
  test('finds parameters, keeps them over a reload, uses them, and forgets them', async () => {
    const { page, problems } = await open(link());
    await find(page, '[data-action=tune]:not([disabled])');
    await (await find(page, 'tw-tuning >>> select[name=seconds]')).select('15');
    await press(page, '[data-action=tune]');
    await find(page, 'tw-tuning >>> tw-progress');
    await find(page, 'tw-tuning >>> [data-state=tuned]');
    await page.reload();
    await find(page, '[data-action=tune]:not([disabled])');
    await find(page, 'tw-tuning >>> details');
    expect(await textsOf(page, 'tw-tuning >>> details > summary')).toEqual(['1 kept in this browser']);
    await run(page);
    const flash = (await resultRows(page)).filter(({ variant }) => variant === 'flash');
    expect(flash.map(({ status }) => status)).toEqual(['ok', 'ok']);
    for (const { text } of flash) expect(text).toContain('tuned parameters');
    await press(page, 'tw-tuning >>> summary');
    await press(page, '[data-action=forget]');
    await page.waitForFunction(
      () =>
        document.querySelector('tw-attention-bench')?.shadowRoot?.querySelector('tw-tuning')?.search.kept
          .entries.length === 0,
    );
    expect(problems).toEqual([]);
  });

  test('is cancelled, and nothing is kept', async () => {
    const { page, problems } = await open(link());
    await find(page, '[data-action=tune]:not([disabled])');
    await press(page, '[data-action=tune]');
    await press(page, '[data-action=stop-tuning]');
    await find(page, 'tw-tuning >>> [data-state=not-tuned]');
    expect(await page.$('body >>> tw-tuning >>> details')).toBeNull();
    expect(problems).toEqual([]);
  });
});

describe('sweep', () => {
  test('measures tiles, and can be cancelled', async () => {
    const { page, problems } = await open(link());
    await find(page, '[data-action=sweep]:not([disabled])');
    await press(page, '[data-action=sweep]');
    await find(page, 'tw-progress');
    await press(page, '[data-action=cancel]');
    await find(page, '[data-state=cancelled]');
    expect(problems).toEqual([]);
  });

  test('of a report is shown as a heat map with a table', async () => {
    const [sample] = sampleAttention();
    if (!sample?.time) throw new Error('the sample has results');
    const { time } = sample;
    const results = [8, 16].flatMap((blockM) =>
      [8, 16].map((blockN) => ({
        ...sample,
        variant: 'flash',
        params: { blockM, blockN },
        sweep: true as const,
        time: { ...time, medianMs: blockM * blockN },
      })),
    );
    const file = path.join(folder, 'sweep.json');
    writeFileSync(file, JSON.stringify(sampleReport({ results })));
    const { page, problems } = await open(link());
    const [chooser] = await Promise.all([page.waitForFileChooser(), press(page, '[data-action=open]')]);
    await chooser.accept([file]);
    const map = await find(page, 'tw-heat-maps >>> svg[role=img]');
    expect(await map.evaluate((svg) => svg.getAttribute('aria-description'))).toContain(
      'Fastest: 8 × 8, 64 ms',
    );
    await press(page, 'tw-heat-maps >>> summary');
    expect(await textsOf(page, 'tw-heat-maps >>> td')).toEqual(['64 ms', '128 ms', '128 ms', '256 ms']);
    expect(problems).toEqual([]);
  });
});
