import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { requireOperation } from '../../src/operations/index.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import type { Pane } from '../../src/ui/pages/compare/setup.ts';
import { readLink } from '../../src/ui/pages/compare/share.ts';
import { compareLink, correctness, DONE, flash, naive, RUN } from '../support/compare.ts';
import { find, press, sidewaysScroll, textsOf, useSite, loseDevice } from '../support/pages.ts';
import { usualVariants } from '../support/usual-variants.ts';

const open = useSite();

const SCORES = 'attention/naive_scores.wesl';
const SOFTMAX = 'attention/naive_softmax.wesl';
const edited = (from: string, to: string): Pane => {
  const text = SHADER_SOURCES[SOFTMAX] ?? '';
  expect(text).toContain(from);
  return { ...naive, sources: { [SOFTMAX]: text.replace(from, to) } };
};

async function choose(page: Page, name: string, value: string): Promise<void> {
  const select = await find(page, `select[name=${name}]`);
  await select.select(value);
}

/** Puts the cursor at the end of the editor's text. */
async function enterEditor(page: Page): Promise<void> {
  await press(page, 'tw-code-editor >>> .cm-content');
  await page.keyboard.down('Control');
  await page.keyboard.press('End');
  await page.keyboard.up('Control');
}

async function ctrlEnter(page: Page): Promise<void> {
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
}

describe('comparing', () => {
  test('two variants give a verdict, every sample, and figures with their formulas', async () => {
    const { page, problems } = await open(compareLink([naive, flash]));
    await press(page, RUN);
    await find(page, DONE);
    expect(await correctness(page)).toEqual(['correct', 'correct']);
    const [, verdict = ''] = await textsOf(page, 'tw-compare-pane >>> .verdict');
    expect(verdict).toMatch(/× faster than A|× slower than A|as fast as A|cannot tell from A/);
    expect(verdict).toContain('flash · ');
    expect(await textsOf(page, 'tw-figures-table >>> thead th[data-pane]')).toEqual([
      expect.stringMatching(/^A naive/),
      expect.stringMatching(/^B flash .*blockN 8/),
    ]);
    expect((await textsOf(page, 'tw-figures-table >>> tbody')).join()).toContain('useful FLOP / median time');
    expect(await page.$$('body >>> tw-strip-plot >>> svg[role=img] circle')).not.toHaveLength(0);
    expect((await textsOf(page, 'tr[data-difference=variant]')).join()).toBe('variant naive flash');

    // Only what has changed is measured again, and the page says so.
    await (await find(page, 'tw-compare-pane:nth-of-type(2) >>> select[name=blockN]')).select('16');
    await find(page, '[data-stale]');
    await find(page, '[data-state=keeps]');
    expect(await textsOf(page, RUN)).toEqual(['Run B alone']);
    await press(page, RUN);
    await find(page, '[data-state=kept]');
    await find(page, '[data-action=save]');
    const again = await textsOf(page, 'tw-compare-pane >>> .verdict');
    expect(again).toEqual([
      expect.stringMatching(/^the baseline kept from an earlier run: /),
      expect.stringMatching(/kept samples of A: .*blockN 16/),
    ]);
    expect(problems).toEqual([]);
  });

  test('panes are added, changed and taken away, and the link follows', async () => {
    const first = await open(compareLink([naive, flash]));
    await press(first.page, 'tw-compare-pane:nth-of-type(2) >>> [data-action=duplicate]');
    await find(first.page, 'tw-compare-pane:nth-of-type(3)');
    const select = await find(first.page, 'tw-compare-pane:nth-of-type(3) >>> select[name=blockN]');
    await select.select('16');
    await press(first.page, 'tw-compare-pane:nth-of-type(1) >>> .remove');
    expect((await textsOf(first.page, 'tr[data-difference]')).join()).toBe('blockN 8 16');
    // Packing a link takes a moment.
    const linked = async () => readLink(await first.page.evaluate(() => location.hash));
    const changed = { ...flash, params: { ...flash.params, blockN: 16 } };
    await expect
      .poll(async () => (await linked()).panes)
      .toEqual([
        { ...flash, letter: 'B' },
        { ...changed, letter: 'C' },
      ]);
    const second = await open(`demos/compare/${await first.page.evaluate(() => location.hash)}`);
    await find(second.page, RUN);
    expect((await textsOf(second.page, 'tr[data-difference]')).join()).toBe('blockN 8 16');
    expect(await textsOf(second.page, 'tw-compare-pane >>> .letter')).toEqual(['B', 'C']);
    expect([...first.problems, ...second.problems]).toEqual([]);
  });

  test('another operation brings its own problem and variants', async () => {
    const { page, problems } = await open(compareLink([naive, flash]));
    await press(page, 'wa-select[name=operation]');
    await page.locator('body >>> wa-select[name=operation] wa-option[value=contrastive]').click();
    await find(page, 'wa-input[name=embedDim]');
    const [baseline, ...others] = usualVariants(requireOperation('contrastive')).map(({ id }) => id);
    const pairs = others.map((other) => `variant ${baseline} ${other}`);
    expect(pairs).toContain((await textsOf(page, 'tr[data-difference=variant]')).join());
    expect(problems).toEqual([]);
  });

  test('a link that cannot be read is said to be so', async () => {
    const { page, problems } = await open('demos/compare/#9.abc');
    await find(page, '[data-state=notice]');
    expect((await textsOf(page, '[data-state=notice]')).join()).toContain('version 9');
    expect(problems).toEqual([]);
  });
});

test('a lost device is said to be lost, and the next run works', async () => {
  const { page } = await open(compareLink([naive, flash], { budgetMs: 5000 }));
  await press(page, RUN);
  await find(page, 'tw-progress');
  await loseDevice(page, 'tw-compare', '[data-state=failed]');
  expect((await textsOf(page, '[data-state=failed]')).join()).toContain('The GPU device was lost');
  await (await find(page, 'tw-compare-pane:nth-of-type(2) >>> select[name=blockN]')).select('16');
  await press(page, RUN);
  await find(page, '[data-action=save]');
  expect(await correctness(page)).toEqual(['correct', 'correct']);
  expect(await textsOf(page, 'tw-compare-pane >>> .bad')).toEqual([]);
});

describe('editing', () => {
  test('races of an edited kernel are found without running it, and lead to their lines; values stand behind theirs', async () => {
    const own = 'scores[element] =';
    const text = SHADER_SOURCES[SCORES] ?? '';
    expect(text).toContain(own);
    const racing = {
      ...naive,
      sources: { [SCORES]: text.replace(own, 'probe(0, j); scores[element / 2u] =') },
    };
    const { page, problems } = await open(compareLink([flash, racing]));
    await press(page, '[data-action=allow]');
    await find(page, RUN);
    await press(page, 'tw-compare-pane:nth-of-type(2) >>> [data-action=edit]');
    await find(page, '[data-state=compiles]');
    await press(page, '[data-action=races]');
    await find(page, 'tw-race-finder >>> [data-state=examined]');
    expect((await textsOf(page, 'tw-race-finder >>> li')).join()).toContain(
      'No barrier lies between the two.',
    );
    await press(page, 'tw-race-finder >>> li button');
    expect(await textsOf(page, 'tw-code-editor >>> .cm-activeLine')).toEqual([
      expect.stringContaining('scores[element / 2u]'),
    ]);
    // The editor draws the lines in sight alone.
    expect(await textsOf(page, 'tw-code-editor >>> .cm-lineNote')).toEqual(['0:0, slot 0: 0']);
    expect(problems).toEqual([]);
  });

  test('a mistake is told at its line, reverted, and a good edit runs against the original', async () => {
    const { page, problems } = await open(compareLink([flash, naive]));
    await find(page, RUN);
    await press(page, 'tw-compare-pane:nth-of-type(2) >>> [data-action=edit]');
    await find(page, '[data-state=compiles]');
    await choose(page, 'file', SOFTMAX);
    await enterEditor(page);
    await page.keyboard.type('fn broken() -> f32 { return nothing; }');
    await find(page, '[data-state=mistakes]');
    const line = (SHADER_SOURCES[SOFTMAX] ?? '').split('\n').length;
    expect((await textsOf(page, '[data-state=mistakes]')).join()).toMatch(
      new RegExp(`${SOFTMAX}:${line}:\\d+ .*nothing`),
    );
    expect((await textsOf(page, 'tw-compare-pane >>> [data-state=faulty]')).join()).toContain(
      `${SOFTMAX}:${line}`,
    );
    await press(page, 'tw-compare-code >>> .faults button');
    expect(await textsOf(page, 'tw-code-editor >>> .cm-activeLine')).toEqual([
      expect.stringContaining('broken'),
    ]);

    await press(page, '[data-action=revert]');
    await find(page, '[data-state=compiles]');
    expect(await page.$('body >>> [data-state=edited]')).toBeNull();

    await enterEditor(page);
    await page.keyboard.type('// mine');
    await find(page, '[data-state=compiles]');
    await ctrlEnter(page);
    await find(page, DONE);
    // The original is the baseline, and what was that is compared with it too. All keep their letters.
    expect(await textsOf(page, 'tw-figures-table >>> thead th[data-pane]')).toEqual([
      expect.stringMatching(/^C naive$/),
      expect.stringMatching(/^A flash/),
      expect.stringMatching(/^B naive, edited$/),
    ]);
    expect(await correctness(page)).toEqual(['correct', 'correct', 'correct']);
    expect((await textsOf(page, 'tr[data-difference=code]')).join()).toContain('1 file edited');
    expect(problems).toEqual([]);
  });

  test('a preset is a modifier to begin with, and both sides of a difference are named', async () => {
    const { page, problems } = await open(compareLink([naive, naive]));
    await find(page, RUN);
    await press(page, 'tw-compare-pane:nth-of-type(2) >>> [data-action=edit]');
    await find(page, '[data-state=compiles]');
    await choose(page, 'preset', 'causal');
    await page.waitForFunction(() =>
      document.querySelector('tw-compare')?.setups.setup.panes[1]?.modifiers.maskMod?.includes('kv'),
    );
    await press(page, '[data-view=diff]');
    await find(page, 'tw-code-diff >>> .cm-changedLine');
    expect(await textsOf(page, 'tw-code-diff >>> [data-side]')).toEqual([
      'B · naive as shipped',
      'B · naive · maskMod causal {}',
    ]);
    await choose(page, 'other', '0');
    await expect
      .poll(() => textsOf(page, 'tw-code-diff >>> [data-side]'))
      .toEqual(['A · naive', 'B · naive · maskMod causal {}']);
    await press(page, '[data-view=linked]');
    expect((await textsOf(page, 'tw-code-editor >>> .cm-content')).join()).toContain('Pass: naive scores');
    // From a line to what becomes of it, and back.
    await press(page, '[data-view=edit]');
    await choose(page, 'file', SOFTMAX);
    await enterEditor(page);
    const lines = (SHADER_SOURCES[SOFTMAX] ?? '').split('\n');
    const at = lines.findLastIndex((line) => line.includes('scores[base + j] = '));
    for (let line = lines.length; line > at + 1; line--) await page.keyboard.press('ArrowUp');
    await press(page, '[data-action=to-linked]:not([disabled])');
    await expect.poll(() => textsOf(page, '[data-action=to-source]')).toEqual([`Go to ${SOFTMAX}:${at + 1}`]);
    await press(page, '[data-action=to-source]');
    await expect
      .poll(() => textsOf(page, '[data-action=to-linked]'))
      .toEqual([`Line ${at + 1} in linked WGSL`]);
    expect(problems).toEqual([]);
  });

  test('a wrong edit is shown as wrong, and not ranked', async () => {
    const { page } = await open(compareLink([naive, edited('/ stats.total;', '/ stats.total + 0.5;')]));
    await press(page, '[data-action=allow]');
    await press(page, RUN);
    await find(page, DONE);
    expect(await correctness(page)).toEqual(['correct', 'WRONG']);
    expect((await textsOf(page, '[data-verdict=wrong]')).join()).toContain('not ranked');
    await find(page, 'tw-error-map >>> svg[role=img]');
    expect(await textsOf(page, 'tw-error-map >>> :is(h3, p)')).toEqual([
      'B · naive, edited',
      expect.stringMatching(/^output is off by up to .*; 100 % of its cells are affected\.$/),
    ]);
    expect(await textsOf(page, 'td[data-figure="Versus A"]')).toEqual(['the baseline', '–']);
  });
});

describe('code of somebody else', () => {
  test('is shown, and neither compiled nor run until it is allowed', async () => {
    const { page, problems } = await open(compareLink([naive, edited('/ stats.total;', '/ summe;')]), {
      width: 390,
    });
    await find(page, '[data-state=foreign]');
    expect((await textsOf(page, '[data-state=foreign]')).join()).toContain('in pane B');
    await press(page, 'tw-compare-pane:nth-of-type(2) >>> [data-action=edit]');
    await choose(page, 'file', SOFTMAX);
    expect((await textsOf(page, 'tw-code-editor >>> .cm-content')).join()).toContain('softmax');
    expect((await textsOf(page, 'tw-compare-code >>> .note')).join()).toContain('Not compiled');
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await page.$(`body >>> ${RUN}`)).toBeNull();
    await ctrlEnter(page);
    expect(await page.$('body >>> tw-progress')).toBeNull();
    await press(page, '[data-action=allow]');
    await find(page, '[data-state=mistakes]');
    expect((await textsOf(page, '[data-state=mistakes]')).join()).toContain('summe');
    expect(problems).toEqual([]);
  });

  test('that was typed or allowed here before runs at once after a reload', async () => {
    const { page, problems } = await open(compareLink([naive, flash]));
    await find(page, RUN);
    await press(page, 'tw-compare-pane:nth-of-type(1) >>> [data-action=edit]');
    await find(page, '[data-state=compiles]');
    await choose(page, 'file', SOFTMAX);
    await enterEditor(page);
    await page.keyboard.type('// of my own');
    await page.waitForFunction(() => location.hash !== '');
    const shared = async () => readLink(await page.evaluate(() => location.hash));
    await expect.poll(async () => (await shared()).panes[0]?.sources[SOFTMAX]).toContain('// of my own');
    await page.reload();
    await find(page, 'tw-compare-pane >>> [data-state=edited]');
    expect(await page.$('body >>> [data-state=foreign]')).toBeNull();
    await find(page, RUN);

    const foreign = await open(compareLink([naive, edited('/ stats.total;', '/ stats.total ;')]));
    await press(foreign.page, '[data-action=allow]');
    await foreign.page.reload();
    await find(foreign.page, RUN);
    expect(await foreign.page.$('body >>> [data-state=foreign]')).toBeNull();
    expect([...problems, ...foreign.problems]).toEqual([]);
  });

  const LAST = '@if(KEEP_STATS) row_stats[row] = stats;';
  const withLoop = (loop: string) =>
    edited(LAST, `var x = row; ${loop} stats.total += 1e-30 * f32(x); ${LAST}`);

  test('that has no end is cut off, said to be, and the next run works', async () => {
    const endless = withLoop('while (x < 1000000u) { x = x % 1000u; }');
    const { page, problems } = await open(compareLink([naive, endless]));
    await press(page, '[data-action=allow]');
    await press(page, RUN);
    await find(page, DONE);
    expect(await correctness(page)).toEqual(['correct', 'failed']);
    expect((await textsOf(page, 'tw-compare-pane >>> .verdict')).join()).toContain(
      'this loop was cut off after 262,144 turns',
    );
    // The samples of the first pane are kept: a second run may be over before anybody looks.
    const next = await page.evaluateHandle(() => {
      const root = document.querySelector('tw-compare')?.shadowRoot as Node;
      const begins = new Promise<void>((resolve) => {
        new MutationObserver((changes) => {
          const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
          if (added.some((node) => node.nodeName === 'TW-PROGRESS')) resolve();
        }).observe(root, { childList: true, subtree: true });
      });
      return { begins };
    });
    await press(page, RUN);
    await next.evaluate(({ begins }) => begins);
    await find(page, DONE);
    expect(await page.$('body >>> [data-state=failed]')).toBeNull();
    expect(problems).toEqual([]);
  });

  // Last: on a CPU adapter, the browser stays busy with it. With a barrier, calls are counted each alone.
  test('that hangs is cut off, and the page says what became of the device', async () => {
    const inner = 'for (var j = 0u; j < 5000u; j++) { x = x * 1664525u + 1013904223u; }';
    const spin = `fn spin(y: u32) -> u32 { var x = y; ${inner} return x; }`;
    const text = (SHADER_SOURCES[SOFTMAX] ?? '').replace('@compute', `${spin} @compute`).replace(
      'let workgroup = workgroup_index(id, count);',
      `var x = local_index; for (var i = 0u; i < 20000u; i++) { workgroupBarrier(); x = spin(x); }
         let workgroup = workgroup_index(id, count) + select(0u, 1u, x == 12345u);`,
    );
    const hanging = { ...naive, sources: { [SOFTMAX]: text } };
    const { page } = await open(compareLink([naive, hanging]));
    await press(page, '[data-action=allow]');
    await press(page, RUN);
    await find(page, '[data-state=failed]');
    expect((await textsOf(page, '[data-state=failed]')).join()).toContain('a kernel hung');
    // Once the kernel is through, at the latest.
    await find(page, '[data-state=replaced]');
  });
});
