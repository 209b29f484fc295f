import type { Corners } from '../../core/corner.ts';
import type { Params } from '../../core/variant.ts';
import { QUICK_TILE } from '../../tile/odd-tiles.ts';
import type { SharedPrefixProblem } from './problem.ts';

/** The kernels are attention's, which meet all odd tiles there: these have more rows than an entry. */
const TILES: readonly Params[] = [
  { blockM: 32, blockN: 8, rows: 4, cols: 2, stageDepth: 8 },
  { blockM: 16, blockN: 16, rows: 2, cols: 4, stageDepth: 0, quads: 0, vectorWidth: 4 },
];

const SHAPE = { batch: 5, numHeads: 4, numKVHeads: 2, headDim: 8 } as const;

export const corners: Corners<SharedPrefixProblem> = {
  quick: QUICK_TILE,
  corners: {
    'one of everything': { problem: { seqLenKV: 2, headDim: 1 } },
    'one query each': { problem: { ...SHAPE, seqLenKV: 67, prefixLen: 53 }, params: [QUICK_TILE, {}] },
    'several queries, a short prefix': { problem: { ...SHAPE, seqLenQ: 7, seqLenKV: 40, prefixLen: 3 } },
    'nothing after the prefix but the queries': {
      problem: { ...SHAPE, seqLenQ: 5, seqLenKV: 42, prefixLen: 37 },
    },
    primes: {
      problem: { numHeads: 3, seqLenQ: 7, seqLenKV: 53, prefixLen: 31, headDim: 13, headDimV: 7 },
    },
    'huge logits': { problem: { ...SHAPE, seqLenKV: 67, prefixLen: 53, softmaxScale: 40 } },
    'every query sees all': {
      problem: { ...SHAPE, seqLenQ: 7, seqLenKV: 40, prefixLen: 19, causal: false, softcap: 5 },
    },
    'causal from the top left': {
      problem: { ...SHAPE, seqLenQ: 7, seqLenKV: 20, prefixLen: 3, causal: 'top-left' },
    },
    f16: {
      problem: { ...SHAPE, seqLenQ: 3, seqLenKV: 41, prefixLen: 30, headDim: 13, headDimV: 7, dtype: 'f16' },
    },
    'odd tiles': { problem: { ...SHAPE, seqLenQ: 9, seqLenKV: 80, prefixLen: 50 }, params: TILES },
  },
  large: [64, 128].map((headDim) => ({ batch: 16, numHeads: 8, seqLenKV: 4096, headDim })),
  random(draw) {
    const [numKVHeads, seqLenQ, prefixLen] = [draw.int(1, 2), draw.int(1, 7), draw.int(1, 40)];
    return [
      {
        batch: draw.int(1, 5),
        numKVHeads,
        numHeads: numKVHeads * draw.int(1, 3),
        seqLenQ,
        prefixLen,
        seqLenKV: prefixLen + seqLenQ + draw.int(0, 20),
        headDim: draw.oneOf(5, 16),
        softmaxScale: draw.oneOf(0.01, 0.2, 3),
      },
    ];
  },
};
