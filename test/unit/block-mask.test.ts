import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { attentionCall } from '../../src/operations/attention/call.ts';
import { randomBlocks } from '../../src/operations/attention/block-corners.ts';
import {
  blockVisibility,
  packBlocks,
  shownShare,
  type BlockMaskArgument,
} from '../../src/operations/attention/block-mask.ts';
import { blockMasks } from '../../src/operations/attention/block-masks/index.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { usefulFlops } from '../../src/operations/attention/useful-flops.ts';
import { visibleKeys, visiblePairs } from '../../src/operations/attention/visibility.ts';
import { flash } from '../../src/operations/attention/variants/flash.ts';
import { linkShader } from '../../src/gpu/link.ts';
import { floatTensor } from '../../src/core/tensor.ts';

const EXTENTS = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 37, seqLenKV: 59, headDim: 8 };

/** Pairs that are seen, one by one. */
function countedPairs(problem: AttentionProblem): number {
  const { batch, numHeads, seqLenQ, blockMask } = problem;
  const sees = blockMask === undefined ? () => true : blockVisibility(blockMask);
  let pairs = 0;
  for (let entry = 0; entry < batch; entry++) {
    for (let head = 0; head < numHeads; head++) {
      for (let i = 0; i < seqLenQ; i++) {
        const { first, end } = visibleKeys(problem, i, entry);
        for (let j = first; j < end; j++) pairs += sees(entry, head, i, j) ? 1 : 0;
      }
    }
  }
  return pairs;
}

test.each([
  ['shared by all', { blockMask: randomBlocks(8, 16, [1, 1, 5, 4], 0.5) }],
  ['by head, causal', { blockMask: randomBlocks(7, 11, [1, 4, 6, 6], 0.5), causal: 'bottom-right' }],
  ['by entry, lengths', { blockMask: randomBlocks(7, 11, [2, 1, 6, 6], 0.5), seqLensKV: [59, 30] }],
  [
    'shared, lengths, window',
    { blockMask: randomBlocks(5, 3, [1, 1, 8, 20], 0.5), seqLensKV: [9, 50], window: [9, 2] },
  ],
] satisfies [string, Partial<AttentionProblem>][])(
  'pairs that a block mask hides are no useful work: %s',
  (_, options) => {
    const problem = attentionProblem({ ...EXTENTS, ...options });
    expect(visiblePairs(problem)).toBe(countedPairs(problem));
    expect(usefulFlops(problem)).toBe(2 * 16 * countedPairs(problem));
  },
);

describe('presets', () => {
  const lengths = { seqLenQ: 256, seqLenKV: 512 };
  const shown = ({ blocks }: BlockMaskArgument) => {
    const columns = blocks.shape[3] ?? 1;
    return Array.from({ length: blocks.data.length / columns }, (_, row) =>
      Array.from(blocks.data.subarray(row * columns, (row + 1) * columns)).flatMap((one, column) =>
        one ? [column] : [],
      ),
    );
  };

  test('a sliding tile stands where the last query meets the last key', () => {
    const mask = blockMasks.slidingTile.blockMask(lengths, { block: 64, before: 1, after: 0 });
    expect(shown(mask)).toEqual([
      [3, 4],
      [4, 5],
      [5, 6],
      [6, 7],
    ]);
  });

  test('strides', () => {
    const mask = blockMasks.strided.blockMask(lengths, { block: 64, local: 0, stride: 4 });
    expect(shown(mask)).toEqual([
      [3, 4, 7],
      [3, 5, 7],
      [3, 6, 7],
      [3, 7],
    ]);
  });

  test('BigBird has a window, global blocks and random ones, the same for one seed', () => {
    const params = { block: 32, window: 1, globals: 1, random: 2 };
    const rows = shown(blockMasks.bigBird.blockMask(lengths, params));
    expect(rows[0]).toHaveLength(16);
    rows.forEach((row, index) => {
      expect(row).toContain(0);
      for (const near of [index + 7, index + 8, index + 9]) if (near < 16) expect(row).toContain(near);
      if (index > 0) expect(row.length).toBeLessThanOrEqual(6);
    });
    expect(shown(blockMasks.bigBird.blockMask(lengths, params))).toEqual(rows);
    expect(shown(blockMasks.bigBird.blockMask(lengths, { ...params, seed: 2 }))).not.toEqual(rows);
  });

  test('the share of shown blocks', () => {
    const mask = packBlocks(blockMasks.slidingTile.blockMask(lengths, { block: 64, before: 1, after: 0 }));
    expect(shownShare(mask)).toBe(8 / 32);
  });
});

describe('bad block masks are refused by name', () => {
  const ones = (shape: number[]) => ({
    shape,
    data: new Uint8Array(shape.reduce((a, b) => a * b, 1)).fill(1),
  });
  const good = { blockM: 8, blockN: 16, blocks: ones([1, 1, 5, 4]) };
  const tensor = (shape: number[]) => floatTensor(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
  const call = (blockMask: unknown) =>
    attentionCall({
      query: tensor([2, 4, 37, 8]),
      key: tensor([2, 2, 59, 8]),
      value: tensor([2, 2, 59, 8]),
      blockMask: blockMask as BlockMaskArgument,
    });

  test('a good one is none of them', () => {
    expect(call(good).parts[0]?.problem.blockMask).toEqual(packBlocks(good));
  });

  test.each<[string, unknown]>([
    ['blockMask', 3],
    ['blockMask.blockM', { ...good, blockM: 0 }],
    ['blockMask.blockN', { ...good, blockN: 1.5 }],
    ['blockMask.blocks', { ...good, blocks: undefined }],
    ['blockMask.blocks.shape', { ...good, blocks: ones([5, 4]) }],
    ['blockMask.blocks.shape', { ...good, blocks: ones([1, 1, 5, 3]) }],
    ['blockMask.blocks.shape', { ...good, blocks: ones([1, 2, 5, 4]) }],
    ['blockMask.blocks.shape', { ...good, blocks: ones([3, 1, 5, 4]) }],
    ['blockMask.blocks.shape', { ...good, blocks: { shape: [1, 1, 0, 4], data: new Uint8Array() } }],
    ['blockMask.blocks.data', { ...good, blocks: { shape: [1, 1, 5, 4], data: new Uint8Array(19) } }],
    ['blockMask.blocks.data', { ...good, blocks: { shape: [1, 1, 5, 4], data: new Float32Array(20) } }],
  ])('%s', (argument, blockMask) => {
    expect(() => call(blockMask)).toThrow(ShapeError);
    expect(() => call(blockMask)).toThrow(expect.objectContaining({ argument }));
  });
});

describe('kernels ask no pair for its block', () => {
  const asks = async (partial: Partial<AttentionProblem>) => {
    const problem = attentionProblem({ headDim: 8, seqLenQ: 64, causal: 'bottom-right', ...partial });
    const plan = flash.plan(problem, {
      blockM: 16,
      blockN: 8,
      rows: 2,
      cols: 2,
      stageDepth: 0,
      quads: 0,
      vectorWidth: 1,
    });
    const kernel = plan.passes.find(({ label }) => label === 'flash forward');
    if (kernel === undefined) throw new Error('no such pass');
    return (await linkShader(kernel)).wgsl.includes('block_shows');
  };

  test('where tiles divide the blocks', async () => {
    expect(await asks({ blockMask: randomBlocks(32, 16, [1, 1, 2, 4], 0.5) })).toBe(false);
    expect(
      await asks({ numHeads: 2, numKVHeads: 1, blockMask: randomBlocks(16, 8, [1, 2, 4, 8], 0.5) }),
    ).toBe(false);
  });

  test('but where they do not', async () => {
    expect(await asks({ blockMask: randomBlocks(32, 12, [1, 1, 2, 6], 0.5) })).toBe(true);
    expect(
      await asks({
        seqLenQ: 60,
        numHeads: 2,
        numKVHeads: 1,
        blockMask: randomBlocks(16, 8, [1, 1, 4, 8], 0.5),
      }),
    ).toBe(true);
  });
});
