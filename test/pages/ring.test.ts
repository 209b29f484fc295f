import type { Page } from 'puppeteer';
import { expect, test } from 'vitest';
import { find, press, textsOf, useSite } from '../support/pages.ts';

const open = useSite();
/** Chooses in one of the page's selects. */
const choose = (page: Page, name: string, value: string): Promise<void> =>
  page.evaluate(
    (selector, chosen) => {
      const select = document
        .querySelector('tw-ring-page')
        ?.shadowRoot?.querySelector<HTMLElement & { value: string }>(selector);
      if (!select) throw new Error(`there is no ${selector}`);
      select.value = chosen;
      select.dispatchEvent(new Event('change'));
    },
    `wa-select[name=${name}]`,
    value,
  );

const READY = 'wa-button[type=submit]:not([disabled])';

test('ranks find what one device finds, and their lanes show who computes and waits', async () => {
  const { page, problems } = await open('demos/ring/?v=1&window=20&numKVHeads=2');
  await find(page, READY);
  await choose(page, 'size', '64');
  await press(page, 'wa-button[type=submit]');
  await find(page, '[data-state=found]');
  const [deviation = ''] = await textsOf(page, '[data-figure=deviation]');
  expect(Number(deviation)).toBeLessThan(5e-6);
  expect(await textsOf(page, '[data-lane] > span')).toEqual([
    'one device',
    'rank 0',
    'rank 1',
    'rank 2',
    'rank 3',
  ]);
  expect(await textsOf(page, '[data-state=words]')).toEqual([expect.stringContaining('window 20 0')]);
  expect(new Set(await textsOf(page, '[data-figure=sent]')).size).toBe(1);
  expect(page.url()).toContain('#');
  expect(problems).toEqual([]);
});

test('options are loaded when they are opened or linked, and what cannot be shared is said at its field', async () => {
  const { page, problems } = await open('demos/ring/');
  await press(page, '[data-action=options]');
  await find(page, 'wa-input[name=numHeads]');
  await page.goto(`${page.url()}?v=1&operation=contrastive&loss=info-nce&extraCols=5&rowScales=on&ranks=2`);
  await find(page, READY);
  const choice = await find(page, 'wa-select[name=loss]');
  expect(await choice.evaluate((it) => (it as HTMLSelectElement).value)).toBe('info-nce');
  await page.goto(page.url().replace(/\?.*$/, '?v=1&schedule=all-to-all&ranks=3&numHeads=3'));
  await find(page, READY);
  await choose(page, 'ranks', '4');
  await find(page, '[slot=hint].error');
  expect((await textsOf(page, '[slot=hint].error')).join()).toContain('At most 3');
  expect(problems).toEqual([]);
});
