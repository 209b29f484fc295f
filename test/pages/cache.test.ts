import { expect, test, vi } from 'vitest';
import { find, press, textsOf, useSite } from '../support/pages.ts';

const open = useSite();
const AT =
  'demos/cache/?v=1&seqLenKV=64&seqLenQ=4&headDim=16&numHeads=2&numKVHeads=1&methods=exact,kivi-2,knorm&budgets=0.2,0.5';

test('compares methods on one cache, and shows every number in a table', async () => {
  const { page, problems } = await open(AT);
  expect(await textsOf(page, 'tw-cache-methods >>> code.quiet')).toEqual(['exact', 'kivi-2', 'knorm']);
  await press(page, 'wa-button[type=submit]:not([disabled])');
  await find(page, 'tw-cache-results >>> tbody tr');
  const labels = await textsOf(page, 'tw-cache-results >>> tbody th');
  expect(labels).toEqual(['exact', 'kivi-2', 'knorm 0.2', 'knorm 0.5']);
  expect((await textsOf(page, 'tw-cache-results >>> tbody td')).join()).not.toContain('wrong');
  expect(await page.$$('body >>> tw-cache-results >>> svg[role=img]')).toHaveLength(3);
  expect((await textsOf(page, 'tw-cache-results >>> .claims dt')).join()).toContain('2.6 × less peak memory');
  await find(page, 'tw-cache-kept >>> [role=img]');
  await press(page, 'tw-cache-kept >>> summary');
  await find(page, 'tw-cache-kept >>> details[open] td');
  const kept = await textsOf(page, 'tw-cache-kept >>> tbody td');
  expect([kept[0], kept[2]]).toEqual(['13', '32']);
  expect(parseFloat(kept[3] ?? '')).toBeGreaterThan(parseFloat(kept[1] ?? ''));
  await press(page, 'tw-cache-kept >>> wa-select[name=head]');
  await page.locator('body >>> tw-cache-kept >>> wa-select[name=head] wa-option[value="1"]').click();
  await vi.waitUntil(async () => (await textsOf(page, 'tw-cache-kept >>> tbody td'))[1] !== kept[1]);
  await press(page, 'tw-cache-methods >>> summary');
  await find(page, 'tw-cache-methods >>> details[open] pre');
  await page.waitForFunction(() => {
    const cards = document.querySelector('tw-cache-page')?.shadowRoot?.querySelector('tw-cache-methods');
    return cards?.shadowRoot?.querySelector('pre')?.textContent.includes("id: 'exact'");
  });
  expect(problems).toEqual([]);
});
