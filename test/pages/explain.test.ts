import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { EXPLAIN_DEFAULTS, EXPLAIN_SETTINGS } from '../../src/ui/pages/explain/settings.ts';
import type { Fields } from '../../src/ui/form/fields.ts';
import { readUrl, writeUrl } from '../../src/ui/form/url-state.ts';
import { addressOf, find, textsOf, useSite, loseDevice } from '../support/pages.ts';

const open = useSite();

const link = (changes: Fields = {}) =>
  `demos/explain/${writeUrl(EXPLAIN_SETTINGS, { ...EXPLAIN_DEFAULTS, ...changes })}`;

/** Waits until the address tells these fields, and no others beside the defaults. */
async function told(page: Page, changes: Fields): Promise<void> {
  const fields = { ...EXPLAIN_DEFAULTS, ...changes };
  const read = async () => readUrl(EXPLAIN_SETTINGS, await addressOf(page), EXPLAIN_DEFAULTS).fields;
  await expect.poll(read).toEqual(fields);
}

const STEP = 'tw-step-controls >>> output';
const AGREES = 'tw-gpu-agreement >>> [data-state=agrees]';

const shown = async (page: Page, selector: string) => (await textsOf(page, selector))[0];

/** Presses keys and tells which step is shown after each. */
async function steps(page: Page, ...keys: readonly (' ' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End')[]) {
  const seen: unknown[] = [];
  for (const key of keys) {
    await page.keyboard.press(key);
    seen.push(await shown(page, STEP));
  }
  return seen;
}

describe('steps', () => {
  test('with Space and the arrows, to the ends with Home and End; the address follows', async () => {
    const { page, problems } = await open(link());
    await find(page, STEP);
    expect(
      await steps(page, ' ', 'ArrowRight', 'ArrowLeft', 'End', 'ArrowRight', 'Home', 'ArrowLeft'),
    ).toEqual([2, 3, 2, 30, 30, 1, 1].map((step) => `${step} of 30`));
    await steps(page, ' ', ' ', ' ');
    await told(page, { step: '4' });
    expect(await shown(page, 'tw-explain >>> h2')).toBe('Weights, and the running sum');
    await page.reload();
    await find(page, STEP);
    expect(await shown(page, STEP)).toBe('4 of 30');
    expect(problems).toEqual([]);
  });

  test('a click on a tile, the slider and the buttons jump', async () => {
    const { page } = await open(link());
    await (await find(page, 'tw-tile-matrix >>> g.tile.ahead')).click();
    expect(await shown(page, 'tw-explain >>> h2')).toBe('Scores of one tile: rows 0–3, keys 0–3');
    await (await find(page, '[data-action=last]')).click();
    expect(await shown(page, STEP)).toBe('30 of 30');
    const slider = await find(page, 'input[type=range]');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await shown(page, STEP)).toBe('29 of 30');
    // A button with the focus takes Space itself, and steps once.
    await (await find(page, '[data-action=previous]')).focus();
    expect(await steps(page, ' ')).toEqual(['28 of 30']);
  });

  test('it plays by itself, without motion where that is not wanted', async () => {
    const { page } = await open(link());
    await (await find(page, '[data-action=play]')).click();
    await told(page, { step: '2' });
    await page.keyboard.press('p');
    const cell = await find(page, 'tw-tile-matrix >>> .cell');
    expect(await cell.evaluate((it) => getComputedStyle(it).transitionDuration)).toBe('0s');
  });

  test('show the numbers of their tile, also as a table', async () => {
    const { page } = await open(link({ step: '2' }));
    await find(page, 'tw-tile-matrix >>> svg');
    // Four rows of a causal tile: 1 + 2 + 3 + 4 scores are seen.
    expect(await page.$$('body >>> tw-tile-matrix >>> text.number')).toHaveLength(10);
    const cells = await page.$$eval('body >>> tw-tile-matrix >>> td', (all) =>
      all.map(({ textContent }) => textContent),
    );
    expect(cells.filter((text) => text === '−∞')).toHaveLength(6);
    expect(await page.$$('body >>> tw-tile-matrix >>> g.skipped')).toHaveLength(3);
  });
});

test('the tile and its code are seen together, nothing lies over the matrix, and a phone shows its indices', async () => {
  const { page } = await open(link({ step: '2' }));
  const matrix = await find(page, 'tw-tile-matrix >>> svg');
  const code = await find(page, 'section.code');
  await matrix.evaluate((svg) => svg.scrollIntoView({ block: 'center' }));
  const [drawn, lines] = await Promise.all(
    [matrix, code].map((it) => it.evaluate((element) => element.getBoundingClientRect().toJSON() as DOMRect)),
  );
  expect(drawn?.top).toBeGreaterThanOrEqual(0);
  expect(drawn?.bottom).toBeLessThanOrEqual(900);
  // Beside it, and high enough for ten lines.
  expect(lines?.left).toBeGreaterThanOrEqual(drawn?.right ?? Infinity);
  expect(lines?.height).toBeGreaterThan(200);
  expect(lines?.bottom).toBeLessThanOrEqual(900);
  const corners = await matrix.evaluate((svg) => {
    const { left, right, top, bottom } = svg.getBoundingClientRect();
    const root = svg.getRootNode() as ShadowRoot;
    return [top, bottom].map((y) =>
      svg.contains(root.elementFromPoint((left + right) / 2, (3 * y + top + bottom) / 5)),
    );
  });
  expect(corners).toEqual([true, true]);

  await page.setViewport({ width: 390, height: 900 });
  await page.waitForFunction((svg) => svg.getBoundingClientRect().width < 390, {}, matrix);
  const names = await matrix.$$eval('.name', (all) => all.map((text) => text.getBoundingClientRect().height));
  for (const height of names) expect(height).toBeGreaterThan(11);
});

test.each<[string, Fields]>([
  ['attention, causal, ragged', { seqLenQ: '7', seqLenKV: '11', blockM: '4', blockN: '4' }],
  ['attention, rows that see nothing', { seqLenQ: '9', seqLenKV: '5', headDim: '3', blockN: '8' }],
  ['contrastive', { lesson: 'contrastive' }],
  [
    'contrastive, ragged, a large scale',
    { lesson: 'contrastive', numRows: '7', logitScale: '50', blockM: '2', blockN: '8' },
  ],
  ['siglip, ragged', { lesson: 'contrastive', loss: 'siglip', numRows: '7', blockM: '4', logitBias: '-2.5' }],
])('the GPU agrees: %s', async (_name, changes) => {
  const { page, problems } = await open(link(changes));
  await find(page, AGREES);
  expect(await shown(page, AGREES)).toMatch(/It agrees: (flash|tiled) in f32 is at most \S+e-[5-9] away/);
  expect(problems).toEqual([]);
});

test('a device that is lost meanwhile is said to be lost, and the next numbers run on a new one', async () => {
  const { page, problems } = await open(link());
  await page.waitForFunction(() => {
    const shown = document.querySelector('tw-explain')?.shadowRoot?.querySelector('tw-gpu-agreement');
    return shown?.state.kind === 'running';
  });
  await loseDevice(page, 'tw-explain', 'tw-gpu-agreement >>> [data-state=failed]');
  expect(await shown(page, 'tw-gpu-agreement >>> [data-state=failed]')).toContain('The GPU device was lost.');
  await (await find(page, '[data-action=reseed]')).click();
  await find(page, AGREES);
  expect(problems).toEqual([]);
});

describe('the problem', () => {
  test('is set by its fields, whose keys do not step; what cannot be is said beside it', async () => {
    const { page, problems } = await open(link());
    const keys = await find(page, 'wa-input[name=seqLenKV]');
    await keys.click({ count: 3 });
    await page.keyboard.type('8');
    expect(await page.$$('body >>> tw-tile-matrix >>> g.tile')).toHaveLength(3 * 2);
    expect(await shown(page, STEP)).toMatch(/^1 of /);
    await told(page, { seqLenKV: '8' });
    await find(page, AGREES);
    await page.keyboard.type('9');
    expect(await textsOf(page, '.error')).toEqual(['At most 16.']);
    expect(problems).toEqual([]);
  });

  test('changes with the lesson, and other numbers change the result', async () => {
    const { page, problems } = await open(link());
    await (await find(page, 'wa-radio[value=contrastive]')).click();
    await find(page, AGREES);
    expect(await shown(page, 'tw-explain >>> h2')).toContain('Logits of one tile');
    const first = await shown(page, 'tw-state-table >>> tbody');
    await (await find(page, '[data-action=reseed]')).click();
    expect(await shown(page, 'tw-state-table >>> tbody')).not.toBe(first);
    await told(page, { lesson: 'contrastive', seed: '2' });
    expect(problems).toEqual([]);
  });

  test('of a link that cannot be read is told', async () => {
    const { page } = await open('demos/explain/?v=1&blockM=5&step=3');
    await find(page, 'wa-callout');
    expect(await shown(page, 'wa-callout')).toContain('blockM=5');
    expect(await shown(page, STEP)).toBe('3 of 30');
  });
});

test('? lists the page’s keys, Escape closes the list', async () => {
  const { page } = await open(link());
  await find(page, STEP);
  await page.keyboard.press('?');
  const [list = ''] = await textsOf(page, 'tw-shortcuts-help >>> dialog[open] dl');
  for (const words of [
    'Next step',
    'Step back',
    'First step',
    'Last step',
    'Play, or pause',
    'Show this list',
  ]) {
    expect(list).toContain(words);
  }
  // The page behind it stands still.
  expect(await steps(page, 'ArrowRight')).toEqual(['1 of 30']);
  await page.keyboard.press('Escape');
  expect(await page.$('body >>> dialog[open]')).toBeNull();
  const seed = await find(page, 'wa-input[name=seed]');
  await seed.click();
  await page.keyboard.type('?');
  expect(await page.$('body >>> dialog[open]')).toBeNull();
});

test('steps go without WebGPU', async () => {
  const { page, problems } = await open(link(), { withoutWebGpu: true });
  await find(page, 'tw-no-webgpu >>> h2');
  expect(await steps(page, ' ', 'End')).toEqual(['2 of 30', '30 of 30']);
  expect(problems).toEqual([]);
});
