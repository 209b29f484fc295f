import { expect, test } from 'vitest';
import { DEVICE_LIMITS } from '../../src/core/device-profile.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { allowClipboard, find, press, textsOf, useSite, loseDevice } from '../support/pages.ts';
import { usualVariants } from '../support/usual-variants.ts';

const open = useSite();
const AT = 'demos/device/';
const MEASURE = '[data-action=measure]:not([disabled])';

test('says who it is, what it allows and what runs on it', async () => {
  const { page, problems } = await open(AT);
  await find(page, 'tw-variants-table >>> li');
  const ids = await page.$$eval('body >>> tw-variants-table >>> li', (all) =>
    all.map((it) => it.getAttribute('data-variant')),
  );
  expect(ids).toEqual(OPERATIONS.flatMap((operation) => usualVariants(operation).map(({ id }) => id)));
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

test('measures it on a new device once one is lost, and copies all of it as text', async () => {
  const { page, problems } = await open(AT);
  await allowClipboard(page);
  await press(page, MEASURE);
  await find(page, 'tw-progress');
  await loseDevice(page, 'tw-device-page', 'tw-peaks-panel >>> [role=alert]');
  expect((await textsOf(page, 'tw-peaks-panel >>> [role=alert]'))[0]).toContain('The GPU device was lost.');
  await press(page, MEASURE);
  await find(page, 'tw-peaks-panel >>> .figure');
  expect(await textsOf(page, 'tw-peaks-panel >>> [role=alert]')).toEqual([]);
  const figures = await textsOf(page, 'tw-peaks-panel >>> .figure');
  expect(figures.map((text) => text.replace(/^[\d.]*[1-9][\d.]*/, '#'))).toEqual([
    '# GFLOP/s',
    '# GFLOP/s',
    '# GB/s',
  ]);
  await press(page, '[data-action=copy]');
  await expect.poll(() => textsOf(page, '.report [role=status]')).toEqual(['Copied.']);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const figure of figures) expect(copied).toContain(figure);
  expect(copied).toContain('maxBufferSize: ');
  expect(copied).toMatch(/timestamp step: \d.* quantised/);
  expect(copied).toContain('attention flash: runs');
  expect(problems).toEqual([]);
});

test('measuring is cancelled, and can start again', async () => {
  const { page, problems } = await open(AT);
  await press(page, MEASURE);
  await press(page, '[data-action=cancel]');
  await find(page, MEASURE);
  expect(await textsOf(page, 'tw-peaks-panel >>> [role=alert]')).toEqual([]);
  expect(problems).toEqual([]);
});
