import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { attention } from '../../src/kernels/attention/operation.ts';
import { contrastive } from '../../src/kernels/contrastive/operation.ts';
import { attentionDefaults, attentionSettings } from '../../src/ui/attention-settings.ts';
import { contrastiveDefaults, contrastiveSettings } from '../../src/ui/contrastive-settings.ts';
import type { Fields } from '../../src/ui/fields.ts';
import { writeUrl } from '../../src/ui/url-state.ts';
import { find, resultRows, textsOf, useSite } from '../support/pages.ts';

const open = useSite();

const attentionLink = (changes: Fields) =>
  `demos/attention/${writeUrl(attentionSettings(), {
    ...attentionDefaults(),
    budgetMs: '100',
    ...changes,
  })}`;
const contrastiveLink = (changes: Fields) =>
  `demos/contrastive/${writeUrl(contrastiveSettings(contrastive.variants), {
    ...contrastiveDefaults(),
    budgetMs: '100',
    ...changes,
  })}`;

const RUN = 'wa-button[type=submit]:not([disabled])';
/** Offered once a report is whole. */
const SAVE = '[data-action=save]';

async function clickRun(page: Page): Promise<void> {
  await (await find(page, RUN)).click();
}

const RUNS = [
  {
    name: 'attention',
    link: attentionLink({ seqLenQ: '16, 32', causal: 'bottom-right' }),
    ids: attention.variants,
  },
  {
    name: 'contrastive',
    link: contrastiveLink({ numRows: '16, 32', embedDim: '16' }),
    ids: contrastive.variants,
  },
];

test.each(RUNS)('$name: every variant runs and is correct', async ({ link, ids }) => {
  const { page, problems } = await open(link);
  await clickRun(page);
  await find(page, SAVE);
  const rows = await resultRows(page);
  expect(rows.map(({ variant }) => variant)).toEqual([...ids, ...ids].map(({ id }) => id));
  expect(rows.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(await page.$$('body >>> tw-charts >>> svg[role=img]')).toHaveLength(2);
  expect(problems).toEqual([]);
});

describe('attention', () => {
  test('runs from the keyboard alone', async () => {
    const { page } = await open(attentionLink({ seqLenQ: '8', variants: 'naive' }));
    await find(page, RUN);
    for (let presses = 0; presses < 80 && !(await focusIsOn(page, 'submit')); presses++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await find(page, SAVE);
    expect(await resultRows(page)).toHaveLength(1);
  });

  test('a run is cancelled, and the next one works', async () => {
    const { page } = await open(attentionLink({ seqLenQ: '8', variants: 'naive' }));
    await clickRun(page);
    await (await find(page, '[data-action=cancel]')).click();
    await find(page, '[data-state=cancelled]');
    await clickRun(page);
    await find(page, SAVE);
    expect((await resultRows(page)).map(({ status }) => status)).toEqual(['ok']);
  });

  test('a lost device is said to be lost, and the next run works', async () => {
    const { page } = await open(attentionLink({ seqLenQ: '8', variants: 'naive' }));
    await clickRun(page);
    await find(page, 'tw-progress');
    await page.evaluate(() => document.querySelector('tw-attention-bench')?.labs.lab?.loseDevice());
    await find(page, '[data-state=failed]');
    expect((await textsOf(page, '[data-state=failed]')).join()).toContain('The GPU device was lost');
    await clickRun(page);
    await find(page, SAVE);
    expect((await resultRows(page)).map(({ status }) => status)).toEqual(['ok']);
  });

  test('a problem too large for the device is told with its bytes', async () => {
    const { page } = await open(attentionLink({ seqLenQ: '8, 32768', variants: 'naive' }));
    await clickRun(page);
    await find(page, SAVE);
    const [, wall] = await resultRows(page);
    expect(wall?.status).toBe('out-of-memory');
    expect(wall?.text).toMatch(/Memory wall The buffer scores asks for 8 GiB; this device allows [\d.]+ GiB/);
  });

  test('a field that cannot be is said so beside it, and nothing runs', async () => {
    const { page } = await open(attentionLink({ numHeads: '4', numKVHeads: '2' }));
    const heads = await find(page, 'wa-input[name=numHeads]');
    await heads.click({ count: 3 });
    await page.keyboard.type('3');
    await clickRun(page);
    expect((await textsOf(page, '.error'))[0]).toContain('numHeads');
    expect(await page.$('body >>> tw-progress')).toBeNull();
  });
});

async function focusIsOn(page: Page, type: string): Promise<boolean> {
  return page.evaluate((wanted) => {
    for (let root: Document | ShadowRoot | null | undefined = document; root;) {
      const focused: Element | null = root.activeElement;
      if (focused?.getAttribute('type') === wanted) return true;
      root = focused?.shadowRoot;
    }
    return false;
  }, type);
}
