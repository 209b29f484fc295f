import axe from 'axe-core';
import type { Page } from 'puppeteer';

/** All that breaks a rule of WCAG 2.1, level AA, contrast among them: `color-contrast: tw-page p.quiet …`. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Not as a script of the page, whose policy takes in none.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { readonly axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      resultTypes: ['violations'],
    }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.flat().join(' ')}\n${failureSummary}`),
  );
}

/** Elements that take the focus, of a page that Tab leads through once; a trap has no end. */
export async function tabStops(page: Page, most = 400): Promise<number> {
  for (let stops = 0; stops <= most; stops++) {
    await page.keyboard.press('Tab');
    const isThrough = await page.evaluate(() => document.activeElement === document.body);
    if (isThrough) return stops;
  }
  return Infinity;
}
