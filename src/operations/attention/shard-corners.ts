import { plainCorners, type Corner } from '../../core/corner.ts';
import { packBlocks } from './block-mask.ts';
import { presets } from './presets/index.ts';
import type { AttentionProblem } from './problem.ts';

/** Four of six heads, 13 of 40 queries and 20 of 59 keys. */
const SHARD = {
  ...{ batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 13, seqLenKV: 20, headDim: 8 },
  shard: { firstQuery: 15, firstKey: 25, firstHead: 2, seqLenQ: 40, seqLenKV: 59, numHeads: 6 },
} as const;

/** Corners of shards: a ring's ranks run them. */
export const SHARDS: Readonly<Record<string, Corner<AttentionProblem>>> = plainCorners<AttentionProblem>({
  'a shard, causal window, lengths, ALiBi, rope': {
    ...SHARD,
    ...{ causal: 'bottom-right', window: [14, -1], seqLensKV: [59, 33], alibi: true, rope: {} },
  },
  'a shard, block mask by head': {
    ...SHARD,
    blockMask: packBlocks({
      ...{ blockM: 6, blockN: 7 },
      blocks: {
        shape: [1, 6, 7, 9],
        data: Uint8Array.from({ length: 378 }, (_, at) => (at % 5 === 0 ? 0 : 1)),
      },
    }),
  },
  'a shard of documents, a mask by place': {
    ...SHARD,
    ...presets.prefixLm.modifiers({ prefix: 27, offset: 5 }),
    batch: 1,
    causal: 'bottom-right',
    cuSeqLensQ: [0, 11, 19, 40],
    cuSeqLensKV: [0, 30, 41, 59],
  },
});
