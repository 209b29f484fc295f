import { plainCorners } from '../../core/corner.ts';
import { uniformStream } from '../../core/random.ts';
import { sizeOf } from '../../core/tensor.ts';
import { packBlocks, type BlockMask } from './block-mask.ts';
import { blockMasks } from './block-masks/index.ts';
import type { AttentionProblem } from './problem.ts';

/** Blocks at random, of which a share is seen. */
export function randomBlocks(
  blockM: number,
  blockN: number,
  shape: readonly number[],
  share: number,
): BlockMask {
  const uniform = uniformStream(7);
  const data = Uint8Array.from({ length: sizeOf(shape) }, () => (uniform() < share ? 1 : 0));
  return packBlocks({ blockM, blockN, blocks: { shape, data } });
}

const GQA = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 37, seqLenKV: 59, headDim: 8 } as const;
const LENGTHS = { seqLenQ: 70, seqLenKV: 90 };

/** Block masks whose blocks hold whole tiles, and others; beside all else that hides keys. */
export const BLOCK_MASKS = plainCorners<AttentionProblem>({
  'block mask, whole tiles': {
    numHeads: 2,
    seqLenQ: 64,
    headDim: 8,
    blockMask: randomBlocks(16, 16, [1, 1, 4, 4], 0.5),
  },
  'block mask, whole tiles, by head, causal, last blocks cut off': {
    numHeads: 2,
    seqLenQ: 61,
    seqLenKV: 75,
    headDim: 8,
    causal: 'bottom-right',
    blockMask: randomBlocks(8, 16, [1, 2, 8, 5], 0.5),
  },
  'block mask, no whole tiles, by entry and head, GQA': {
    ...GQA,
    blockMask: randomBlocks(7, 11, [2, 4, 6, 6], 0.5),
  },
  'block mask of single pairs': {
    seqLenQ: 19,
    headDim: 8,
    blockMask: randomBlocks(1, 1, [1, 1, 19, 19], 0.4),
  },
  'block mask of one block': { seqLenQ: 19, headDim: 8, blockMask: randomBlocks(99, 99, [1, 1, 1, 1], 1) },
  'block mask that hides all': {
    numHeads: 2,
    seqLenQ: 19,
    headDim: 8,
    sinks: true,
    blockMask: randomBlocks(8, 8, [1, 1, 3, 3], 0),
  },
  'block mask, more queries, window': {
    seqLenQ: 83,
    seqLenKV: 19,
    headDim: 8,
    window: [30, 4],
    blockMask: randomBlocks(16, 8, [1, 1, 6, 3], 0.6),
  },
  'block mask, two terms': {
    ...GQA,
    softmaxScale: 20,
    scorePrecision: 'two-term',
    blockMask: randomBlocks(8, 8, [1, 4, 5, 8], 0.5),
  },
  'block mask and everything': {
    ...GQA,
    ...{ causal: 'bottom-right', window: [30, -1], softcap: 20, logitScales: true, alibi: true, sinks: true },
    ...{ biasShape: [2, 1, 37, 59], maskShape: [4, 37, 59], seqLensKV: [59, 44] },
    blockMask: randomBlocks(16, 16, [2, 1, 3, 4], 0.6),
  },
  'block mask, documents': {
    seqLenQ: 50,
    seqLenKV: 91,
    headDim: 8,
    causal: 'bottom-right',
    cuSeqLensQ: [0, 1, 20, 33, 50],
    cuSeqLensKV: [0, 37, 37, 40, 91],
    blockMask: randomBlocks(8, 16, [1, 1, 7, 6], 0.7),
  },
  'sliding tile': {
    ...LENGTHS,
    headDim: 8,
    blockMask: packBlocks(blockMasks.slidingTile.blockMask(LENGTHS, { block: 16, before: 1, after: 0 })),
  },
  BigBird: {
    ...LENGTHS,
    headDim: 8,
    dtype: 'f16',
    blockMask: packBlocks(
      blockMasks.bigBird.blockMask(LENGTHS, { block: 8, window: 1, globals: 1, random: 2 }),
    ),
  },
});
