import type { Corner } from '../../core/corner.ts';
import { LOADS, QUICK_TILE } from '../../tile/odd-tiles.ts';
import { randomBlocks } from './block-corners.ts';
import { attentionProblem } from './fill-problem.ts';
import { presets } from './presets/index.ts';
import type { AttentionProblem } from './problem.ts';
import { spoilHidden } from './spoil.ts';

type Partials = Readonly<Record<string, Partial<AttentionProblem>>>;

const GQA = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 21, seqLenKV: 45, headDim: 8 } as const;
/** Rows that see nothing, and keys that nobody sees, both in the middle of tiles. */
const BOTH = { seqLenQ: 45, seqLenKV: 21, headDim: 8, causal: 'bottom-right', window: [40, 5] } as const;

/** Every way to hide keys from all rows, or rows from all keys. */
const WAYS: Partials = {
  'a causal band': { seqLenQ: 19, seqLenKV: 43, headDim: 8, causal: 'top-left' },
  'a block mask': { ...GQA, blockMask: randomBlocks(4, 8, [2, 1, 6, 6], 0.3) },
  'a mask, two terms': { ...GQA, maskShape: [2, 1, 1, 45], scorePrecision: 'two-term' },
  'a window': { ...GQA, causal: 'bottom-right', window: [5, -1] },
  'a window, rows that see nothing': BOTH,
  'a window, rows that see nothing, two terms': { ...BOTH, scorePrecision: 'two-term' },
  'a window, rows that see nothing, f16': { ...BOTH, dtype: 'f16' },
  'a window, rows that see nothing, sinks': { ...BOTH, sinks: true },
  'lengths: an unwritten cache': { ...GQA, causal: 'bottom-right', seqLensKV: [30, 0] },
  'lengths that end within a tile, and rows that see nothing': {
    ...{ batch: 2, numHeads: 2, numKVHeads: 1, seqLenQ: 44, seqLenKV: 11, headDim: 8 },
    ...{ causal: 'top-left', window: [1, 2], seqLensKV: [1, 9] },
  },
  'lengths, f16': { ...GQA, seqLensKV: [30, 43], dtype: 'f16' },
  'documents without queries or keys': {
    numHeads: 2,
    seqLenQ: 40,
    seqLenKV: 50,
    headDim: 8,
    cuSeqLensQ: [0, 13, 13, 27, 40],
    cuSeqLensKV: [0, 10, 29, 29, 50],
  },
  'a maskMod': { ...GQA, ...presets.prefixLm.modifiers({ prefix: 0, offset: -4 }) },
  'a band, under a softcap and ALiBi': { ...BOTH, softcap: 3, alibi: true },
  'a bias of −∞': { ...GQA, biasShape: [45], causal: 'bottom-right' },
  'a bias of −∞, two terms': { ...GQA, biasShape: [4, 1, 45], scorePrecision: 'two-term' },
};

/** With operands that are loaded in every way. */
const LOADED: Partials = {
  'a mask': { ...GQA, maskShape: [2, 1, 1, 45] },
};

const hidden = (partial: Partial<AttentionProblem>): Corner<AttentionProblem> => ({
  problem: partial,
  inputs(seeded) {
    const bias = seeded['bias']?.map((value, at) => (at % 7 === 2 ? -Infinity : value));
    const inputs = { ...seeded, ...(bias && { bias }) };
    return { ...inputs, ...spoilHidden(attentionProblem(partial), inputs) };
  },
});

const named = (partials: Partials, params?: Corner['params']): [string, Corner<AttentionProblem>][] =>
  Object.entries(partials).map(([name, partial]) => [
    `hidden by ${name}`,
    { ...hidden(partial), ...(params && { params }) },
  ]);

/** Corners whose hidden places hold no numbers. */
export const HIDDEN: Readonly<Record<string, Corner<AttentionProblem>>> = Object.fromEntries([
  ...named(WAYS),
  ...named(LOADED, [QUICK_TILE, ...LOADS]),
]);
