import { expect, test } from 'vitest';
import { find, press, textsOf, useSite } from '../support/pages.ts';

const open = useSite();

test('ranks find what one device finds, and their lanes show who computes and waits', async () => {
  const { page, problems } = await open('demos/ring/');
  await find(page, 'wa-button[type=submit]:not([disabled])');
  await page.evaluate(() => {
    const select = document
      .querySelector('tw-ring-page')
      ?.shadowRoot?.querySelector<HTMLElement & { value: string }>('wa-select[name=size]');
    if (!select) throw new Error('there is no choice of sizes');
    select.value = '64';
    select.dispatchEvent(new Event('change'));
  });
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
  expect(new Set(await textsOf(page, '[data-figure=sent]')).size).toBe(1);
  expect(problems).toEqual([]);
});
