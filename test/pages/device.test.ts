import { expect, test } from 'vitest';
import { DEVICE_LIMITS } from '../../src/core/device-profile.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { allowClipboard, find, textsOf, useSite } from '../support/pages.ts';

const open = useSite();
const AT = 'demos/device/';

test('says who it is, what it allows and what runs on it', async () => {
  const { page, problems } = await open(AT);
  await find(page, 'tw-variants-table >>> li');
  const ids = await page.$$eval('body >>> tw-variants-table >>> li', (all) =>
    all.map((it) => it.getAttribute('data-variant')),
  );
  expect(ids).toEqual(OPERATIONS.flatMap(({ variants }) => variants.map(({ id }) => id)));
  const [words = ''] = await textsOf(page, 'section.details');
  for (const limit of DEVICE_LIMITS) expect(words).toContain(limit);
  expect(words).toMatch(/Subgroups \d+(–\d+)? wide/);
  // The pages are served isolated: the clock is fine.
  expect(words).toMatch(/Step of the page’s clock [\d.]+ µs/);
  const step = /^(\d+ ns, not quantised; at least .* apart|[\d.]+ µs, quantised by the browser)$/;
  expect((await textsOf(page, '[data-fact=timestamps]'))[0]).toMatch(step);
  expect(words).toContain('Chrome');
  expect(problems).toEqual([]);
});

test('measures it, and copies all of it as text', async () => {
  const { page, problems } = await open(AT);
  await allowClipboard(page);
  await (await find(page, '[data-action=measure]:not([disabled])')).click();
  await find(page, 'tw-progress');
  await find(page, 'tw-peaks-panel >>> .figure', 100_000);
  const figures = await textsOf(page, 'tw-peaks-panel >>> .figure');
  expect(figures.map((text) => text.replace(/^[\d.]*[1-9][\d.]*/, '#'))).toEqual([
    '# GFLOP/s',
    '# GFLOP/s',
    '# GB/s',
  ]);
  const copy = await find(page, '[data-action=copy]');
  await copy.evaluate((it) => {
    it.scrollIntoView({ block: 'center' });
  });
  await copy.click();
  expect(await textsOf(page, '.report [role=status]')).toEqual(['Copied.']);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const figure of figures) expect(copied).toContain(figure);
  expect(copied).toContain('maxBufferSize: ');
  expect(copied).toMatch(/timestamp step: \d.* quantised/);
  expect(copied).toContain('attention flash: runs');
  expect(problems).toEqual([]);
});

test('measuring is cancelled, and can start again', async () => {
  const { page, problems } = await open(AT);
  await (await find(page, '[data-action=measure]:not([disabled])')).click();
  await (await find(page, '[data-action=cancel]')).click();
  await find(page, '[data-action=measure]:not([disabled])');
  expect(await textsOf(page, 'tw-peaks-panel >>> [role=alert]')).toEqual([]);
  expect(problems).toEqual([]);
});

test('a device that is lost meanwhile is said to be lost, and measuring again gets a new one', async () => {
  const { page, problems } = await open(AT);
  await (await find(page, '[data-action=measure]:not([disabled])')).click();
  await find(page, 'tw-progress');
  await page.evaluate(() => document.querySelector('tw-device-page')?.labs.lab?.loseDevice());
  await find(page, 'tw-peaks-panel >>> [role=alert]');
  expect((await textsOf(page, 'tw-peaks-panel >>> [role=alert]'))[0]).toContain('The GPU device was lost.');
  await (await find(page, '[data-action=measure]:not([disabled])')).click();
  await find(page, 'tw-peaks-panel >>> .figure', 100_000);
  expect(await textsOf(page, 'tw-peaks-panel >>> [role=alert]')).toEqual([]);
  expect(problems).toEqual([]);
});
