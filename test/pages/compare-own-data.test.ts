import path from 'node:path';
import { expect, test } from 'vitest';
import { writeNpy } from '../../src/data/npy.ts';
import { openSafetensors, writeSafetensors } from '../../src/data/safetensors.ts';
import { presets } from '../../src/operations/attention/presets/index.ts';
import { normals } from '../../src/core/random.ts';
import { compareLink, correctness, flash, naive, RUN } from '../support/compare.ts';
import { download, dropFile, find, press, textsOf, useSite } from '../support/pages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const open = useSite();

const folder = temporaryFolder();

const capture = (seed: number, dim = 8) => ({
  dtype: 'f32' as const,
  shape: [1, 2, 20, dim],
  data: normals(2 * 20 * dim, seed),
});
const QKV = writeSafetensors({ q: capture(1), k: capture(2), v: capture(3) });
const causal = { ...flash, modifiers: presets.causal.modifiers({}) };

test('panes are compared on captured tensors, and the output of one is saved', async () => {
  const { page, problems } = await open(compareLink([naive, causal]));
  // Code that came with a link: nothing runs on data either.
  await find(page, 'tw-own-data');
  await dropFile(page, 'qkv.safetensors', QKV);
  await find(page, '[data-action=run-own][disabled]');
  await press(page, '[data-action=allow]');
  await press(page, '[data-action=measure-own]:not([disabled])');
  await find(page, '[data-action=save]');
  expect(await correctness(page)).toEqual(['correct', 'correct']);
  expect((await textsOf(page, 'tw-comparison >>> .heading')).join()).toMatch(
    /attention · 20 tokens, 2 heads, headDim 8, dense, own data$/,
  );
  expect((await textsOf(page, 'tw-compare-pane >>> .verdict')).join()).toContain('own data');

  await (await find(page, 'select[name=kernel]')).select('B');
  await press(page, '[data-action=run-own]:not([disabled])');
  await find(page, 'tw-own-result >>> [data-check=ok]');
  const saved = await download(page, '[data-action=save-safetensors]', path.join(folder, 'saved'));
  const { arrays } = await openSafetensors(new Blob([new Uint8Array(saved)]), 'saved');
  expect(arrays.map(({ name, shape }) => [name, shape])).toEqual([
    ['output', [1, 2, 20, 8]],
    ['lse', [1, 2, 20]],
  ]);
  expect(problems).toEqual([]);
});

test('what cannot be run is refused with the reason', async () => {
  const { page, problems } = await open(compareLink([naive, flash]));
  await find(page, RUN);
  await dropFile(page, 'query.npy', writeNpy('f32', [4], Float32Array.of(1, 2, 3, 4)).slice(0, -6));
  await find(page, 'tw-own-data >>> [role=alert]');
  expect(await textsOf(page, 'tw-own-data >>> [role=alert]')).toEqual([
    'query.npy: expected 16 bytes of data for f32 [4], got 10',
  ]);
  await dropFile(
    page,
    'other.safetensors',
    writeSafetensors({ q: capture(1), k: capture(2, 4), v: capture(3) }),
  );
  await press(page, '[data-action=measure-own]:not([disabled])');
  await expect
    .poll(() => textsOf(page, 'tw-own-data >>> [role=alert]'))
    .toContainEqual(expect.stringContaining('key.shape cannot be that.'));
  expect(problems).toEqual([]);
});
