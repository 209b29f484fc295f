import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import type { ElementHandle, Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { floatsOf } from '../../src/data/convert.ts';
import { writeNpy } from '../../src/data/npy.ts';
import { openSafetensors, writeSafetensors } from '../../src/data/safetensors.ts';
import { normals } from '../../src/core/random.ts';
import { download, dropFile, find, press, resultRows, textsOf, useSite } from '../support/pages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const open = useSite();

const folder = temporaryFolder();

async function upload(page: Page, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  const paths = await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      await writeFile(path.join(folder, name), content);
      return path.join(folder, name);
    }),
  );
  await press(page, 'tw-own-data >>> summary');
  const data = await find(page, 'tw-own-data');
  const input = await data.evaluateHandle((element) => element.shadowRoot?.querySelector('input'));
  await (input as ElementHandle<HTMLInputElement>).uploadFile(...paths);
}

/** [1, tokens, heads, dim], as FlashAttention and most captures have it. */
const SHAPE = [1, 20, 2, 16];
const capture = (seed: number) => ({ dtype: 'f32' as const, shape: SHAPE, data: normals(20 * 2 * 16, seed) });

/** Zeros for keys: every token sees all values alike, and the lse is log 20. */
const QKV = {
  'layer.0.attn.q': capture(1),
  'layer.0.attn.k': { ...capture(2), data: new Float32Array(20 * 2 * 16) },
  'layer.0.attn.v': capture(3),
};

const SMALL = '?v=1&seqLenQ=16&numHeads=2&budgetMs=100&yardstick=off';
const CORRECT = 'tw-own-result >>> [data-check=ok]';

describe('captured queries, keys and values', () => {
  test('are run, checked, and their output is saved', async () => {
    const { page, problems } = await open(`demos/attention/${SMALL}`);
    await upload(page, { 'qkv.safetensors': writeSafetensors(QKV) });
    await find(page, 'select[name=role-query]');
    expect(await chosenIn(page, 'role-key')).toBe('layer.0.attn.k · f32 [1, 20, 2, 16]');
    await (await find(page, 'select[name=layout]')).select('tokens-first');
    await (await find(page, 'select[name=kernel]')).select('naive');
    await press(page, '[data-action=run-own]:not([disabled])');
    await find(page, CORRECT);
    expect((await textsOf(page, CORRECT)).join()).toMatch(
      /Correct: relative error .* over all 40 rows. naive/,
    );
    expect((await textsOf(page, 'tw-own-result >>> li')).join()).toMatch(
      /output f32 \[1, 2, 20, 16\].*lse f32 \[1, 2, 20\]/,
    );
    const saved = await download(page, '[data-action=save-safetensors]', path.join(folder, 'saved'));
    const { arrays } = await openSafetensors(new Blob([new Uint8Array(saved)]), 'saved');
    expect(arrays.map(({ name, shape }) => [name, shape])).toEqual([
      ['output', [1, 2, 20, 16]],
      ['lse', [1, 2, 20]],
    ]);
    const lse = arrays[1] && (await floatsOf(arrays[1]));
    for (const value of lse ?? []) expect(value).toBeCloseTo(Math.log(20), 5);
    expect(problems).toEqual([]);
  });

  test('are measured with every variant', async () => {
    const { page, problems } = await open(`demos/attention/${SMALL}&causal=bottom-right`);
    await upload(page, { 'qkv.safetensors': writeSafetensors(QKV) });
    await press(page, '[data-action=measure-own]:not([disabled])');
    await find(page, '[data-action=save]');
    const rows = await resultRows(page);
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.filter(({ status }) => status !== 'ok')).toEqual([]);
    // Read heads first: the 20 tokens are heads of 2 tokens.
    expect((await textsOf(page, 'tr.problem')).join()).toMatch(
      /2 tokens, 20 heads, headDim 16, causal, own data/,
    );
    expect(problems).toEqual([]);
  });

  test('that are not numbers are said to be so', async () => {
    const { page } = await open(`demos/attention/${SMALL}`);
    const v = capture(3);
    v.data.fill(NaN, 0, 2);
    await upload(page, { 'qkv.safetensors': writeSafetensors({ ...QKV, 'layer.0.attn.v': v }) });
    await (await find(page, 'select[name=kernel]')).select('naive');
    await press(page, '[data-action=run-own]:not([disabled])');
    await find(page, 'tw-own-result >>> [data-check=off]');
    expect((await textsOf(page, 'tw-own-result >>> p')).join()).toContain(
      '2 values of the inputs are NaN or infinite',
    );
  });
});

test('embeddings of a .npz are run with the loss of the form', async () => {
  const { page, problems } = await open(
    'demos/contrastive/?v=1&numRows=16&embedDim=16&budgetMs=100&yardstick=off',
  );
  const npz = zipSync({
    'image_embeds.npy': writeNpy('f32', [12, 8], normals(96, 5)),
    'text_embeds.npy': writeNpy('f32', [12, 8], normals(96, 6)),
  });
  await upload(page, { 'pairs.npz': npz });
  await (await find(page, 'select[name=kernel]')).select('naive');
  await press(page, '[data-action=run-own]:not([disabled])');
  await find(page, CORRECT);
  expect((await textsOf(page, 'tw-own-result >>> li')).join()).toMatch(/loss [\d.]+,.*xGrad f32 \[12, 8\]/);
  expect(problems).toEqual([]);
});

describe('what cannot be used is refused with the reason', () => {
  test('a file cut off, dropped on the page', async () => {
    const { page, problems } = await open('demos/attention/', { withoutWebGpu: true });
    await find(page, 'tw-own-data');
    const half = writeNpy('f32', [4], Float32Array.of(1, 2, 3, 4)).slice(0, -6);
    await dropFile(page, 'query.npy', half);
    await find(page, 'tw-own-data >>> [role=alert]');
    expect(await textsOf(page, 'tw-own-data >>> [role=alert]')).toEqual([
      'query.npy: expected 16 bytes of data for f32 [4], got 10',
    ]);
    expect(problems).toEqual([]);
  });

  test('keys that do not fit the queries', async () => {
    const { page } = await open(`demos/attention/${SMALL}`);
    const long = { dtype: 'f32' as const, shape: [1, 20, 2, 8], data: normals(20 * 2 * 8, 1) };
    await upload(page, { 'qkv.safetensors': writeSafetensors({ ...QKV, 'layer.0.attn.k': long }) });
    await press(page, '[data-action=run-own]:not([disabled])');
    await find(page, 'tw-own-data >>> [role=alert]');
    expect((await textsOf(page, 'tw-own-data >>> [role=alert]')).join()).toContain(
      'key.shape cannot be that. Expected [1, 20, 2, 16], got [1, 20, 2, 8].',
    );
  });
});

async function chosenIn(page: Page, name: string): Promise<string> {
  const select = await find(page, `select[name=${name}]`);
  return select.evaluate((element) => (element as HTMLSelectElement).selectedOptions[0]?.label ?? '');
}
