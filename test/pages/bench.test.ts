import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import '../../src/operations/index.ts';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { QUICK_TILE } from '../../src/tile/odd-tiles.ts';
import type { Variant } from '../../src/core/variant.ts';
import { measureForm } from '../../src/ui/form/measure-form.ts';
import type { Fields } from '../../src/ui/form/fields.ts';
import { readLink } from '../../src/ui/pages/compare/share.ts';
import { readUrl, writeUrl } from '../../src/ui/form/url-state.ts';
import { knownParams } from '../support/params.ts';
import { addressOf, find, press, resultRows, textsOf, useSite, loseDevice } from '../support/pages.ts';
import { usualVariants } from '../support/usual-variants.ts';

const attentionForm = measureForm('attention', 'attention-backward');
const contrastiveForm = measureForm('contrastive');

type TiledVariant = Pick<Variant<never>, 'id' | 'params'>;

const open = useSite();

/** The yardstick takes SwiftShader six seconds: only where it is looked at. */
const QUICK: Fields = { budgetMs: '100', yardstick: 'off' };
const attentionLink = (changes: Fields) =>
  `demos/attention/${writeUrl(attentionForm.settings, {
    ...attentionForm.defaults(),
    ...QUICK,
    ...changes,
  })}`;
const contrastiveLink = (changes: Fields) =>
  `demos/contrastive/${writeUrl(contrastiveForm.settings, {
    ...contrastiveForm.defaults(),
    ...QUICK,
    ...changes,
  })}`;

/** A run that is still sampling when somebody cancels it or its device is lost, though the device's speed is known from an earlier one. */
const LASTING: Fields = { seqLenQ: '8', variants: 'naive', budgetMs: '10000' };

const RUN = 'wa-button[type=submit]:not([disabled])';
/** Offered once a report is whole. */
const SAVE = '[data-action=save]';

/** Opens a select and clicks one of its options. */
async function choose(page: Page, name: string, value: string): Promise<void> {
  await press(page, `wa-select[name=${name}]`);
  // A locator waits until the list has come to rest.
  await page.locator(`body >>> wa-select[name=${name}] wa-option[value=${value}]`).click();
}

async function clickRun(page: Page): Promise<void> {
  await (await find(page, RUN)).click();
}

/** Tiles that a CPU adapter compiles in a moment, for all variants that have them: the default ones have tests without a page. */
const quickTiles = (variants: readonly TiledVariant[]): string =>
  variants
    .flatMap(({ id, params }) =>
      Object.entries(knownParams(params, QUICK_TILE)).map(([name, value]) => `${id}.${name}:${value}`),
    )
    .join(',');

const RUNS = [
  {
    name: 'attention',
    link: attentionLink({ seqLenQ: '16, 32', headDim: '16', causal: 'bottom-right' }),
    ids: usualVariants(attention),
  },
  {
    name: 'attention with every option',
    link: attentionLink({
      ...{ seqLenQ: '16, 32', seqLenKV: '40', batch: '2', numHeads: '4', numKVHeads: '2', headDim: '16' },
      ...{ window: '12, 3', softcap: '20', bias: 'heads', mask: 'keys', seqLensKV: '40, 9' },
      ...{ alibi: 'on', sinks: 'on', params: quickTiles(usualVariants(attention)) },
    }),
    ids: usualVariants(attention),
  },
  {
    name: 'contrastive',
    link: contrastiveLink({
      ...{ numRows: '16, 32', embedDim: '16', params: quickTiles(usualVariants(contrastive)) },
    }),
    ids: usualVariants(contrastive),
  },
];

test.each(RUNS)('$name: every variant runs and is correct', async ({ link, ids }) => {
  const { page, problems } = await open(link);
  await clickRun(page);
  await find(page, SAVE);
  const rows = await resultRows(page);
  expect(rows.map(({ variant }) => variant)).toEqual([...ids, ...ids].map(({ id }) => id));
  expect(rows.filter(({ status }) => status !== 'ok')).toEqual([]);
  await find(page, 'tw-charts >>> svg[role=img]');
  expect(await page.$$('body >>> tw-charts >>> svg[role=img]')).toHaveLength(2);
  expect(problems).toEqual([]);
});

test('results can be read on a phone, sorted, opened in Compare, and are old once a setting has changed', async () => {
  const params = 'two-pass.blockM:8,two-pass.blockN:8';
  const link = attentionLink({ seqLenQ: '8', headDim: '8', variants: 'naive,two-pass', params });
  const { page, problems } = await open(link, { width: 390 });
  await press(page, RUN);
  await find(page, SAVE);
  expect((await resultRows(page)).map(({ text }) => text).join()).not.toContain('blockM');
  // The longest words that a verdict may have, which depend on how the times come out.
  const verdicts = await page.$$eval('body >>> tr[data-variant] td:nth-child(4)', (cells) =>
    cells.map((cell) => {
      const detail = cell.querySelector('.detail');
      if (detail) detail.textContent = '0.981–0.999×: slower, perhaps by less than 3\u00a0%';
      return cell.getBoundingClientRect().right;
    }),
  );
  expect(verdicts).toHaveLength(2);
  for (const right of verdicts) expect(right).toBeLessThanOrEqual(390);

  const order = async () => (await resultRows(page)).map(({ variant }) => variant);
  await press(page, '[data-sort=workspace]');
  await expect.poll(order).toEqual(['two-pass', 'naive']);
  expect(await page.$$('body >>> th[aria-sort=ascending]')).toHaveLength(1);
  await press(page, '[data-sort=workspace]');
  await expect.poll(order).toEqual(['naive', 'two-pass']);

  const links = await page.$$eval('body >>> tr[data-variant] th a', (all) => all.map(({ href }) => href));
  const [inCompare = ''] = links;
  expect(links).toHaveLength(1);
  const { panes, fields } = readLink(new URL(inCompare).hash);
  expect(panes.map(({ variant, params }) => [variant, params['blockM']])).toEqual([
    ['naive', undefined],
    ['two-pass', 8],
  ]);
  expect([fields['seqLenQ'], fields['headDim']]).toEqual(['8', '8']);

  expect(await page.$('body >>> [data-state=old]')).toBeNull();
  await press(page, 'wa-input[name=headDim]', 3);
  await page.keyboard.type('16');
  await find(page, '[data-state=old]');
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
    const { page } = await open(attentionLink(LASTING));
    await clickRun(page);
    await (await find(page, '[data-action=cancel]')).click();
    await find(page, '[data-state=cancelled]');
    await clickRun(page);
    // The first run may have left a report of what it had by then.
    await find(page, 'tr[data-status=ok]');
    expect((await resultRows(page)).map(({ status }) => status)).toEqual(['ok']);
  });

  test('the keyboard alone runs and cancels', async () => {
    const { page } = await open(attentionLink(LASTING));
    await find(page, RUN);
    await page.keyboard.press('?');
    await find(page, 'tw-shortcuts-help >>> dialog[open]');
    expect((await textsOf(page, 'tw-shortcuts-help >>> dd')).join()).toContain('Cancel the run');
    await page.keyboard.press('Escape');
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    await find(page, 'tw-progress');
    await page.keyboard.press('Escape');
    await find(page, '[data-state=cancelled]');
  });

  test('a lost device is said to be lost, and the next run works', async () => {
    const { page } = await open(attentionLink(LASTING));
    await clickRun(page);
    await find(page, 'tw-progress');
    await loseDevice(page, 'tw-attention-bench', '[data-state=failed]');
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

  test('masks and scores are set by their controls, carried by the link, and told with the results', async () => {
    const { page, problems } = await open(attentionLink({ seqLenQ: '24', variants: 'naive,flash' }));
    await press(page, 'tw-more-fields[heading=Masks] >>> summary');
    await press(page, 'wa-input[name=window]');
    await page.keyboard.type('5');
    await press(page, 'tw-more-fields[heading=Scores] >>> summary');
    await choose(page, 'bias', 'heads');
    await press(page, 'wa-checkbox[name=alibi] >>> label');
    const { fields } = readUrl(attentionForm.settings, await addressOf(page), attentionForm.defaults());
    expect(fields).toMatchObject({ window: '5', bias: 'heads', alibi: 'on' });
    expect(await textsOf(page, 'tw-more-fields >>> details[open] > summary')).toEqual([
      'Masks Window 5',
      'Scores Bias heads · ALiBi',
    ]);
    await clickRun(page);
    await find(page, SAVE);
    expect((await resultRows(page)).map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect((await textsOf(page, 'tr.problem')).join()).toMatch(
      /24 tokens, 2 heads, headDim 64, window 5 0, bias by head × query × key, alibi/,
    );
    expect(problems).toEqual([]);
  });

  test('valid keys that cannot be are said so beside them, out in the open', async () => {
    const { page } = await open(attentionLink({ seqLenQ: '8', batch: '2', seqLensKV: '8, 4' }));
    await press(page, 'wa-input[name=seqLensKV]', 3);
    await page.keyboard.type('9');
    expect((await textsOf(page, '.error'))[0]).toContain('2 lengths, one per batch entry');
    await clickRun(page);
    expect(await page.$('body >>> tw-progress')).toBeNull();
    await press(page, 'wa-input[name=seqLensKV]');
    await page.keyboard.press('Backspace');
    expect(await textsOf(page, 'tw-more-fields >>> details[open] > summary')).toEqual([
      'Shape Batch 2',
      'Masks',
    ]);
  });

  test('the operation brings its own variants, and its own results', async () => {
    const { page, problems } = await open(attentionLink({ seqLenQ: '8', variants: 'flash' }));
    await choose(page, 'operation', 'attention-backward');
    await clickRun(page);
    await find(page, SAVE);
    const rows = await resultRows(page);
    expect(rows.map(({ variant, status }) => [variant, status])).toEqual(
      usualVariants(attentionBackward).map(({ id }) => [id, 'ok']),
    );
    await choose(page, 'operation', 'attention');
    expect(await resultRows(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test.each(['numHeads', 'numKVHeads'])(
    '%s that cannot be is told where it was changed, and nothing runs',
    async (name) => {
      const { page } = await open(attentionLink({ numHeads: '4', numKVHeads: '2' }));
      const heads = await find(page, `wa-input[name=${name}]`);
      await heads.click({ count: 3 });
      await page.keyboard.type('3');
      await clickRun(page);
      expect((await textsOf(page, `wa-input[name=${name}] .error`))[0]).toMatch(
        /Heads: expected a multiple of KV heads = \d, got \d/,
      );
      expect(await page.$('body >>> tw-progress')).toBeNull();
    },
  );
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
