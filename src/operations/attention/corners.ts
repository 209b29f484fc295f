import { plainCorners, type Corner, type Corners } from '../../core/corner.ts';
import { ODD_TILES, QUICK_TILE, VECTOR_TILES, WHOLE_TILES } from '../../tile/odd-tiles.ts';
import { BLOCK_MASKS } from './block-corners.ts';
import { CHOSEN } from './choice-corners.ts';
import { HIDDEN } from './hidden-corners.ts';
import { HUGE } from './huge-corners.ts';
import { OWN_INPUTS } from './own-input-corners.ts';
import { PAGES } from './page-corners.ts';
import { presets } from './presets/index.ts';
import type { AttentionProblem } from './problem.ts';
import { randomAttention } from './random-problem.ts';
import { ROTATED } from './rope-corners.ts';
import { SELECTED } from './selected-corners.ts';
import { SHARDS } from './shard-corners.ts';
import { SHARES } from './share-corners.ts';

/** Shapes and options. All that can have the same headDim do: each other one is compiled anew. */
const SHAPES_AND_OPTIONS = plainCorners<AttentionProblem>({
  'one of everything': { headDim: 1 },
  'one query, many keys': { seqLenKV: 100, headDim: 16 },
  'many queries, one key': { seqLenQ: 67, seqLenKV: 1, headDim: 16 },
  'no multiple of any tile': { numHeads: 2, seqLenQ: 67, headDim: 20 },
  'exact tiles': { numHeads: 2, seqLenQ: 64, headDim: 64 },
  'headDim 256': { seqLenQ: 33, seqLenKV: 40, headDim: 256 },
  'headDimV larger': { seqLenQ: 20, headDim: 8, headDimV: 100 },
  causal: { numHeads: 2, seqLenQ: 70, headDim: 16, causal: 'bottom-right' },
  'causal, more keys': { seqLenQ: 19, seqLenKV: 83, headDim: 16, causal: 'bottom-right' },
  'causal, more queries: rows that see nothing': {
    seqLenQ: 83,
    seqLenKV: 19,
    headDim: 16,
    causal: 'bottom-right',
  },
  'causal top-left, more keys': { seqLenQ: 19, seqLenKV: 83, headDim: 16, causal: 'top-left' },
  'causal top-left, more queries': { seqLenQ: 83, seqLenKV: 19, headDim: 16, causal: 'top-left' },
  GQA: { batch: 2, numHeads: 6, numKVHeads: 2, seqLenQ: 29, headDim: 16 },
  'GQA, causal, heads meet in a block': {
    numHeads: 4,
    numKVHeads: 1,
    seqLenQ: 21,
    seqLenKV: 30,
    headDim: 16,
    causal: 'bottom-right',
  },
  'MQA, one query': { batch: 3, numHeads: 8, numKVHeads: 1, seqLenKV: 77, headDim: 16 },
  'huge logits': { seqLenQ: 40, headDim: 16, softmaxScale: 30 },
  'huge logits, two terms': { seqLenQ: 40, headDim: 16, softmaxScale: 30, scorePrecision: 'two-term' },
  'huge logits with everything, two terms': {
    batch: 2,
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 37,
    seqLenKV: 59,
    headDim: 13,
    headDimV: 21,
    softmaxScale: 40,
    scorePrecision: 'two-term',
    causal: 'bottom-right',
    window: [30, -1],
    alibi: true,
    sinks: true,
    biasShape: [2, 1, 37, 59],
    maskShape: [4, 37, 59],
    seqLensKV: [59, 44],
  },
  'tiny logits, two terms': { seqLenQ: 40, headDim: 16, softmaxScale: 1e-6, scorePrecision: 'two-term' },
  'softcap, two terms': {
    seqLenQ: 40,
    headDim: 16,
    softmaxScale: 20,
    softcap: 40,
    scorePrecision: 'two-term',
  },
  'tiny logits': { seqLenQ: 40, headDim: 16, softmaxScale: 1e-6 },
  'scale 0': { seqLenQ: 40, headDim: 16, softmaxScale: 0 },
  'window of 8 and 3': { seqLenQ: 70, headDim: 16, window: [8, 3] },
  'window of itself alone': { seqLenQ: 40, headDim: 16, window: [0, 0] },
  'causal window, more keys': {
    seqLenQ: 50,
    seqLenKV: 90,
    headDim: 16,
    causal: 'bottom-right',
    window: [20, -1],
  },
  'window, top-left, more queries': {
    seqLenQ: 90,
    seqLenKV: 50,
    headDim: 16,
    causal: 'top-left',
    window: [7, -1],
  },
  'window without a left end, GQA': { numHeads: 4, numKVHeads: 2, seqLenQ: 45, headDim: 16, window: [-1, 5] },
  softcap: { seqLenQ: 40, headDim: 16, softmaxScale: 2, softcap: 5 },
  'softcap that hardly bends': { seqLenQ: 40, headDim: 16, softcap: 1000 },
  'ALiBi, causal': {
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 40,
    seqLenKV: 60,
    headDim: 16,
    alibi: true,
    causal: 'bottom-right',
  },
  'ALiBi, top-left': { numHeads: 3, seqLenQ: 40, seqLenKV: 60, headDim: 16, alibi: true, causal: 'top-left' },
  'softcap after logit scales, GQA': {
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 40,
    headDim: 16,
    logitScales: true,
    softcap: 5,
  },
  'softcap after logit scales, two terms': {
    numHeads: 3,
    seqLenQ: 40,
    headDim: 16,
    softmaxScale: 20,
    logitScales: true,
    softcap: 40,
    scorePrecision: 'two-term',
  },
  sinks: { numHeads: 4, seqLenQ: 40, headDim: 16, sinks: true },
  'sinks, rows that see nothing': {
    seqLenQ: 40,
    seqLenKV: 9,
    headDim: 16,
    sinks: true,
    causal: 'bottom-right',
  },
  'bias per head and pair': {
    batch: 2,
    numHeads: 3,
    seqLenQ: 20,
    seqLenKV: 50,
    headDim: 8,
    biasShape: [3, 20, 50],
  },
  'bias per key': { batch: 2, numHeads: 2, seqLenQ: 20, seqLenKV: 50, headDim: 8, biasShape: [2, 1, 1, 50] },
  'bias per query': { numHeads: 2, seqLenQ: 20, seqLenKV: 50, headDim: 8, biasShape: [20, 1] },
  'mask per pair': { batch: 2, numHeads: 2, seqLenQ: 45, seqLenKV: 70, headDim: 8, maskShape: [45, 70] },
  'mask per entry and key, GQA, causal': {
    batch: 2,
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 45,
    headDim: 8,
    maskShape: [2, 1, 1, 45],
    causal: 'bottom-right',
  },
  'lengths, one of them 0': {
    batch: 3,
    numHeads: 2,
    seqLenQ: 33,
    seqLenKV: 70,
    headDim: 8,
    seqLensKV: [70, 0, 41],
  },
  'lengths, causal': {
    batch: 2,
    seqLenQ: 33,
    seqLenKV: 70,
    headDim: 8,
    seqLensKV: [50, 20],
    causal: 'bottom-right',
  },
  'documents, one of them empty': {
    numHeads: 2,
    seqLenQ: 70,
    headDim: 8,
    cuSeqLensQ: [0, 13, 13, 47, 70],
    cuSeqLensKV: [0, 13, 13, 47, 70],
  },
  'documents, causal, GQA, unequal lengths': {
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 50,
    seqLenKV: 91,
    headDim: 16,
    causal: 'bottom-right',
    cuSeqLensQ: [0, 1, 20, 33, 50],
    cuSeqLensKV: [0, 37, 37, 40, 91],
  },
  'documents, top-left window, ALiBi': {
    numHeads: 2,
    seqLenQ: 61,
    seqLenKV: 80,
    headDim: 8,
    causal: 'top-left',
    window: [9, -1],
    alibi: true,
    cuSeqLensQ: [0, 30, 61],
    cuSeqLensKV: [0, 55, 80],
  },
  'an endless window': { seqLenQ: 40, headDim: 16, window: [2 ** 31 - 1, 0] },
  'headDim 300': { seqLenQ: 9, seqLenKV: 40, headDim: 300, headDimV: 5 },
  everything: {
    batch: 2,
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 37,
    seqLenKV: 59,
    headDim: 13,
    headDimV: 21,
    causal: 'bottom-right',
    window: [30, -1],
    softcap: 20,
    logitScales: true,
    alibi: true,
    sinks: true,
    biasShape: [2, 1, 37, 59],
    maskShape: [4, 37, 59],
    seqLensKV: [59, 44],
  },
  'negative scale': { seqLenQ: 40, headDim: 16, softmaxScale: -0.3, causal: 'bottom-right' },
});

/** Problems that are run with every variant's defaults, too: tiles as users get them. */
const AS_USERS_RUN_IT: readonly string[] = [
  'exact tiles',
  'headDim 256',
  'causal, more queries: rows that see nothing',
  'GQA, causal, heads meet in a block',
  'MQA, one query',
  'documents, causal, GQA, unequal lengths',
  'everything',
];

/** Several blocks of default tiles, held against naive, too. */
const ACCURACY: Readonly<Record<string, Corner<AttentionProblem>>> = Object.fromEntries(
  Object.entries<Partial<AttentionProblem>>({
    'dense, several blocks': { numHeads: 2, seqLenQ: 150, headDim: 64 },
    'causal, GQA, several blocks': {
      numHeads: 4,
      numKVHeads: 2,
      seqLenQ: 130,
      headDim: 16,
      causal: 'bottom-right',
    },
    'logits of hundreds': { seqLenQ: 120, headDim: 64, softmaxScale: 15 },
    'logits of about a thousand, two terms': {
      seqLenQ: 120,
      headDim: 16,
      softmaxScale: 60,
      scorePrecision: 'two-term',
    },
    'softcap and sinks': { numHeads: 2, seqLenQ: 90, headDim: 16, softmaxScale: 1, softcap: 20, sinks: true },
  }).flatMap(([name, problem]) => [
    [name, { problem, params: [{}], closeToNaive: true }],
    [`${name}, f16`, { problem: { ...problem, dtype: 'f16' }, params: [{}], closeToNaive: true }],
  ]),
);

/** Queries and keys that fill neither the last tile nor an invocation's share of it. */
const TILED = { numHeads: 2, numKVHeads: 1, seqLenQ: 45, seqLenKV: 75, causal: 'bottom-right' } as const;
const TILE_SHAPES: Readonly<Record<string, Corner<AttentionProblem>>> = {
  'odd tiles': { problem: { ...TILED, headDim: 19 }, params: ODD_TILES },
  'loads of four': { problem: { ...TILED, headDim: 20, headDimV: 36 }, params: VECTOR_TILES },
  'loads by quads': {
    problem: { ...TILED, headDim: 16 },
    params: [{ ...QUICK_TILE, stageDepth: 0, quads: 1, vectorWidth: 1 }],
  },
  'loads of four, f16': {
    problem: { ...TILED, headDim: 20, headDimV: 36, dtype: 'f16' },
    params: VECTOR_TILES,
  },
  'fragments of matrix units': {
    problem: { ...TILED, headDim: 20, headDimV: 36, dtype: 'f16' },
    params: [
      { subgroups: 2, fragments: 2, blockN: 16 },
      { subgroups: 1, fragments: 1, blockN: 64 },
    ],
  },
  'tiles staged whole': { problem: { ...TILED, headDim: 20, headDimV: 36 }, params: WHOLE_TILES },
  'tiles staged whole, f16': {
    problem: { ...TILED, headDim: 20, headDimV: 36, dtype: 'f16' },
    params: WHOLE_TILES.slice(0, 1),
  },
  'tiles staged whole, everything': {
    problem: {
      ...{ batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 37, seqLenKV: 59, headDim: 16, headDimV: 8 },
      ...{ causal: 'bottom-right', window: [30, -1], softcap: 20, alibi: true, sinks: true },
      ...{ biasShape: [2, 1, 37, 59], maskShape: [4, 37, 59], seqLensKV: [59, 44] },
    },
    params: WHOLE_TILES.slice(0, 1),
  },
};

/** Corners of the forward that the backward has, too. */
export const COMMON: Corners<AttentionProblem>['corners'] = {
  primes: {
    problem: { batch: 2, numHeads: 3, seqLenQ: 37, seqLenKV: 53, headDim: 13, headDimV: 7 },
  },
  ...SHAPES_AND_OPTIONS,
  ...Object.fromEntries(
    AS_USERS_RUN_IT.map((name) => [
      name,
      { problem: SHAPES_AND_OPTIONS[name]?.problem ?? {}, params: [QUICK_TILE, {}] },
    ]),
  ),
  ...ACCURACY,
  ...TILE_SHAPES,
  ...OWN_INPUTS,
  ...BLOCK_MASKS,
  ...HIDDEN,
  ...HUGE,
  ...ROTATED,
  ...SHARDS,
  ...plainCorners<AttentionProblem>({
    // Odd counts, so that the last word of a buffer is half empty.
    f16: { numHeads: 3, seqLenQ: 37, seqLenKV: 53, headDim: 13, headDimV: 7, dtype: 'f16' },
  }),
};

export const corners: Corners<AttentionProblem> = {
  quick: QUICK_TILE,
  corners: {
    ...COMMON,
    ...PAGES,
    ...SELECTED,
    ...CHOSEN,
    ...SHARES,
    // Some tiles are full, some empty and some neither, and the last ones are cut short.
    'documents by a maskMod': {
      problem: { seqLenQ: 77, headDim: 8, softmaxScale: 1, ...presets.document.modifiers({ starts: [37] }) },
    },
    'keys of NaN beyond the lengths': {
      problem: { batch: 2, seqLenQ: 33, seqLenKV: 70, headDim: 8, seqLensKV: [50, 20] },
      inputs: ({ key }) => ({
        key: Float32Array.from(key ?? [])
          .fill(NaN, 50 * 8, 70 * 8)
          .fill(NaN, 90 * 8),
      }),
    },
  },
  large: [1, 64, 128, 192, 256].flatMap((headDim) => [
    { seqLenQ: 100, headDim },
    { numHeads: 8, seqLenQ: 4096, headDim },
  ]),
  random: randomAttention,
};
