import path from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { expect, test } from 'vitest';
import { download, find, press, textsOf, useSite } from '../support/pages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const open = useSite();
const folder = temporaryFolder();

const figure = async (page: Page, name: string): Promise<string> =>
  (await textsOf(page, `[data-figure=${name}]`))[0] ?? '';

test('towers learn in the page, naive ends where tiled goes on, and a description finds pictures', async () => {
  // The batch doubles every 5 steps: 140, 280, 560. With 1 MiB a buffer, naive's logits of 560 × 560 have no room.
  const settings = 'v=1&batch=140&chunk=70&steps=11&growth=5&beside=on&limit=1&towers=wasm';
  const { page, problems } = await open(`demos/train/?${settings}`);
  await find(page, 'wa-button[type=submit]:not([disabled])');
  await press(page, 'wa-button[type=submit]');
  await find(page, '[data-state=naive-ended]');
  await find(page, '[data-state=paused]');
  expect(await figure(page, 'step')).toBe('11');
  expect(Number(await figure(page, 'apart'))).toBeLessThan(1e-4);
  const [ended = ''] = await textsOf(page, '[data-state=naive-ended]');
  expect(ended).toContain('Naive ended at a batch of 560.');
  await press(page, '[data-action=find]');
  await find(page, 'tw-train-search >>> li');
  expect(await textsOf(page, 'tw-train-search >>> li')).toHaveLength(6);
  const saved = await download(page, '[data-action=save]', folder);
  expect(saved.subarray(8, 200).toString()).toContain('tilewise-towers');
  // Another page takes the towers over, goes on, and can be paused.
  const other = await open(`demos/train/?${settings}`);
  await find(other.page, 'wa-button[type=submit]:not([disabled])');
  const files = (await find(other.page, 'input[type=file]')) as ElementHandle<HTMLInputElement>;
  await files.uploadFile(path.join(folder, 'tilewise-towers-11.safetensors'));
  await find(other.page, '[data-state=paused]');
  expect(await figure(other.page, 'step')).toBe('11');
  await press(other.page, '[data-action=resume]');
  await press(other.page, '[data-action=pause]:not([disabled])');
  await find(other.page, '[data-state=paused]');
  expect(other.problems).toEqual([]);
  expect(problems).toEqual([]);
});
