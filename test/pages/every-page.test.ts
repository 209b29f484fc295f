import { describe, expect, test } from 'vitest';
import { readPages } from '../../site/pages.ts';
import { accessibilityFaults, tabStops } from '../support/accessibility.ts';
import { find, sidewaysScroll, textsOf, useSite } from '../support/pages.ts';

const open = useSite();

/** An element that stands for a page that is ready; most pages have a form that is then enabled. */
const READY: Readonly<Record<string, string>> = {
  explain: 'tw-gpu-agreement >>> [data-state=agrees]',
  device: 'tw-variants-table >>> li',
};

const PAGES = [
  { at: '', shows: 'tw-device-card >>> h2' },
  ...readPages('.').map(({ id }) => ({
    at: `demos/${id}/`,
    shows: READY[id] ?? 'wa-button[type=submit]:not([disabled])',
  })),
];

describe.each(PAGES)('page /$at', ({ at, shows }) => {
  test('loads without an error, from this site alone, and Tab leads through it', async () => {
    const { page, problems } = await open(at);
    await find(page, shows);
    expect(await textsOf(page, 'h1')).toHaveLength(1);
    expect(await textsOf(page, 'tw-page > a[aria-current=page]')).toHaveLength(at === '' ? 0 : 1);
    const stops = await tabStops(page);
    expect(stops).toBeGreaterThan(5);
    expect(stops).toBeLessThan(Infinity);
    expect(problems).toEqual([]);
  });

  test('does not scroll sideways at 390 px, and keeps WCAG AA, light and dark', async () => {
    const { page } = await open(at, { width: 390 });
    await find(page, shows);
    expect(await sidewaysScroll(page)).toBe(0);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      await page.waitForFunction(
        (isDark) => document.documentElement.classList.contains('wa-dark') === isDark,
        {},
        scheme === 'dark',
      );
      expect(await accessibilityFaults(page), scheme).toEqual([]);
    }
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

test('no page takes in scripts of another kind than its own', async () => {
  const { page, problems } = await open('');
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    return 'injected' in window;
  });
  expect(ran).toBe(false);
  expect(problems.join()).toContain('Content Security Policy');
});
