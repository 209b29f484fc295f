import { expect, test } from 'vitest';
import { find, press, sidewaysScroll, textsOf, useSite } from '../support/pages.ts';

const open = useSite();

const row = (variant: string) => `tw-memory-wall >>> tr[data-planned=${variant}]`;

test('a reader learns where naive stops and why, and moves the size from the keyboard', async () => {
  const { page, problems } = await open('demos/attention/?v=1&seqLenQ=64&numHeads=1&headDim=16');
  await find(page, row('naive'));
  const [words] = await textsOf(page, 'tw-memory-wall >>> section > p');
  expect(words).toMatch(
    /^naive goes to N = 16,384 on this device: past it, its buffer scores asks for 128 KiB more than the 1 GiB/,
  );
  // It starts at the first size that naive does not reach.
  expect((await textsOf(page, row('naive'))).join()).toMatch(/scores 2.25 GiB cannot run: 2.25 × the limit/);
  expect((await textsOf(page, row('flash'))).join()).not.toContain('cannot run');
  await press(page, 'tw-memory-wall >>> input[type=range]');
  for (let presses = 0; presses < 30; presses++) await page.keyboard.press('ArrowLeft');
  expect((await textsOf(page, 'tw-memory-wall >>> label')).join()).toContain('N = 64');
  expect((await textsOf(page, row('naive'))).join()).toMatch(/scores 16 KiB$/);
  expect((await textsOf(page, row('flash'))).join()).toMatch(/none/);
  expect(problems).toEqual([]);
});

test('more heads bring the wall closer; the contrastive page has its own', async () => {
  const eight = await open('demos/attention/?v=1&seqLenQ=64&numHeads=8&headDim=64');
  await find(eight.page, row('naive'));
  expect((await textsOf(eight.page, row('naive'))).join()).toContain('5,792');
  const losses = await open('demos/contrastive/?v=1&numRows=64&embedDim=32', { width: 390 });
  await find(losses.page, row('tiled'));
  expect((await textsOf(losses.page, row('tiled'))).join()).toContain('262,144 and on');
  expect(await sidewaysScroll(losses.page)).toBe(0);
  expect(losses.problems).toEqual([]);
});
