import { plainCorners, type Corners } from '../../core/corner.ts';
import { ODD_TILES, QUICK_TILE } from '../../tile/odd-tiles.ts';
import { COMMON } from '../attention/corners.ts';
import { presets } from '../attention/presets/index.ts';
import { randomAttention } from '../attention/random-problem.ts';
import type { AttentionBackwardProblem } from './problem.ts';

const GQA = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 21, seqLenKV: 45, headDim: 8 } as const;

/** Problems that only the backward can get wrong. */
const GRADIENTS = plainCorners<AttentionBackwardProblem>({
  'a scoreMod with its derivative': { seqLenQ: 40, headDim: 8, ...presets.softcap.modifiers({ cap: 0.5 }) },
  'a scoreMod per head, after softcap and bias': {
    ...GQA,
    softcap: 3,
    biasShape: [4, 1, 45],
    ...presets.cosine.modifiers({ logitScales: [3, 1, 0.5, 2] }),
  },
  'a maskMod that leaves rows nothing': {
    ...GQA,
    ...presets.prefixLm.modifiers({ prefix: 0, offset: -4 }),
  },
  'documents by a maskMod, GQA': { ...GQA, seqLenQ: 45, ...presets.document.modifiers({ starts: [7, 30] }) },
  'a gradient of the lse': { seqLenQ: 40, headDim: 8, lseGrad: true },
  'a gradient of the lse, sinks, rows that see nothing': {
    numHeads: 2,
    seqLenQ: 40,
    seqLenKV: 9,
    headDim: 8,
    lseGrad: true,
    sinks: true,
    causal: 'bottom-right',
  },
  'bias over all four dimensions': { ...GQA, biasShape: [2, 4, 21, 45] },
  'bias shared by heads': { ...GQA, biasShape: [2, 1, 21, 45], softcap: 3 },
  'bias shared by entries and heads': { ...GQA, biasShape: [21, 45], causal: 'bottom-right' },
  'bias per head and key': { ...GQA, biasShape: [4, 1, 45], window: [20, 5] },
  'bias per key, shared by all else': { ...GQA, biasShape: [45], seqLensKV: [45, 12] },
  'bias per head and query': { ...GQA, biasShape: [4, 21, 1], sinks: true },
  'softcap, sinks and a bias shared by entries': {
    ...GQA,
    seqLenQ: 45,
    seqLenKV: 75,
    causal: 'bottom-right',
    softmaxScale: 1,
    softcap: 3,
    biasShape: [45, 75],
    sinks: true,
  },
  'one bias for all': { ...GQA, biasShape: [1], lseGrad: true },
  'bias per head': { ...GQA, biasShape: [4, 1, 1], lseGrad: true },
});

export const corners: Corners<AttentionBackwardProblem> = {
  quick: QUICK_TILE,
  corners: {
    ...COMMON,
    ...GRADIENTS,
    // One of the two with quick tiles, and one with the defaults: either takes a CPU ten seconds and more to compile.
    'headDim 256': { problem: COMMON['headDim 256']?.problem ?? {} },
    'headDim 300': { problem: COMMON['headDim 300']?.problem ?? {}, params: [{}] },
    'odd tiles': {
      problem: { ...GQA, headDimV: 13, causal: 'bottom-right', biasShape: [4, 1, 45] },
      params: ODD_TILES,
    },
  },
  large: [1, 64, 128, 192, 256].map((headDim) => ({ numHeads: 8, seqLenQ: 4096, headDim })),
  random: (draw) => [...randomAttention(draw), ...draw.oneOf([], [{ lseGrad: true }])],
};
