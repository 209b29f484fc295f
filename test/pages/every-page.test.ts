import { describe, expect, test } from 'vitest';
import { find, sidewaysScroll, textsOf, useSite } from '../support/pages.ts';

const open = useSite();

const PAGES = [
  { at: '', heading: 'The matrix you never store', shows: 'tw-device-card >>> h2' },
  { at: 'demos/explain/', heading: 'A tile at a time', shows: 'tw-gpu-agreement >>> [data-state=agrees]' },
  { at: 'demos/attention/', heading: 'Tiled attention', shows: 'wa-button[type=submit]:not([disabled])' },
  {
    at: 'demos/contrastive/',
    heading: 'Tile-based contrastive loss',
    shows: 'wa-button[type=submit]:not([disabled])',
  },
  {
    at: 'demos/compare/',
    heading: 'Compare and edit',
    shows: 'wa-button[type=submit]:not([disabled])',
  },
  { at: 'demos/device/', heading: 'This device', shows: 'tw-variants-table >>> li' },
];

describe.each(PAGES)('page /$at', ({ at, heading, shows }) => {
  test('loads without an error, and from this site alone', async () => {
    const { page, problems } = await open(at);
    await find(page, shows);
    expect(await textsOf(page, 'h1')).toEqual([heading]);
    expect(problems).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('does not scroll sideways at 390 px, %s', async (scheme) => {
    const { page } = await open(at, { width: 390, scheme });
    await find(page, shows);
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.classList.contains('wa-dark'))).toBe(
      scheme === 'dark',
    );
  });

  test('explains itself to a browser without WebGPU', async () => {
    const { page, problems } = await open(at, { withoutWebGpu: true });
    await find(page, 'tw-no-webgpu >>> h2');
    const [words = ''] = await textsOf(page, 'tw-no-webgpu >>> section');
    expect(words).toContain('this browser has no WebGPU');
    expect(words).toContain('--enable-unsafe-webgpu');
    expect(words).toContain('What works without');
    expect(problems).toEqual([]);
  });
});

test('a CPU adapter is called one', async () => {
  const { page } = await open('');
  await find(page, 'tw-device-card >>> h2');
  expect((await textsOf(page, 'tw-device-card >>> section')).join()).toContain(
    'compare algorithms here, not GPUs',
  );
});

test('the theme switch wins over the system, and is remembered', async () => {
  const { page } = await open('', { scheme: 'light' });
  const isDark = () => page.evaluate(() => document.documentElement.classList.contains('wa-dark'));
  const dark = await find(page, 'tw-theme-switch >>> label:nth-of-type(3) input');
  await dark.click();
  expect(await isDark()).toBe(true);
  await page.reload();
  expect(await isDark()).toBe(true);
});

test('the skip link leads past the navigation', async () => {
  const { page } = await open('');
  await find(page, 'tw-device-card >>> h2');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const focused = await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id);
  expect(focused).toBe('content');
});
