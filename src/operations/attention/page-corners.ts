import { plainCorners, type Corner } from '../../core/corner.ts';
import { LOADS } from '../../tile/odd-tiles.ts';
import { randomBlocks } from './block-corners.ts';
import { attentionProblem } from './fill-problem.ts';
import type { AttentionProblem } from './problem.ts';
import { spoilHidden } from './spoil.ts';

const GQA = { batch: 3, numHeads: 4, numKVHeads: 2, seqLenQ: 5, seqLenKV: 59, headDim: 8 } as const;
const LENGTHS = { seqLensKV: [59, 0, 30] } as const;

/** Keys and values in pages: of one key and of many, shared and unused. */
const PAGED = plainCorners<AttentionProblem>({
  'pages of one key': { seqLenKV: 37, headDim: 8, pages: { pageSize: 1, pagesPerEntry: 37, numPages: 50 } },
  'one page for all': { seqLenKV: 37, headDim: 8, pages: { pageSize: 256, pagesPerEntry: 1, numPages: 1 } },
  'pages of 16, two terms, lengths': {
    ...{ ...GQA, ...LENGTHS, causal: 'bottom-right', scorePrecision: 'two-term' },
    pages: { pageSize: 16, pagesPerEntry: 4, numPages: 9 },
  },
  'pages of 7, everything': {
    ...{
      ...GQA,
      ...LENGTHS,
      causal: 'bottom-right',
      window: [30, -1],
      softcap: 20,
      alibi: true,
      sinks: true,
    },
    ...{ biasShape: [3, 1, 5, 59], maskShape: [4, 5, 59], blockMask: randomBlocks(2, 8, [1, 4, 3, 8], 0.7) },
    pages: { pageSize: 7, pagesPerEntry: 12, numPages: 30 },
  },
  'pages that entries share, prefill': {
    ...{ ...GQA, seqLenQ: 40, seqLenKV: 40, causal: 'bottom-right' },
    pages: { pageSize: 8, pagesPerEntry: 5, numPages: 7 },
  },
});

/** Nothing that is stored in unused pages, or behind the length of an entry, is a number. */
const spoiled = (problem: Partial<AttentionProblem>): Corner<AttentionProblem> => ({
  problem,
  inputs: (seeded) => ({ ...seeded, ...spoilHidden(attentionProblem(problem), seeded) }),
});

const UNUSED = { ...GQA, ...LENGTHS, pages: { pageSize: 16, pagesPerEntry: 5, numPages: 12 } } as const;

/** Corners of attention over pages. */
export const PAGES: Readonly<Record<string, Corner<AttentionProblem>>> = {
  ...PAGED,
  'hidden by pages that nobody uses': spoiled(UNUSED),
  'hidden by pages that nobody uses, f16': spoiled({ ...UNUSED, dtype: 'f16' }),
  'pages, loads of four': { problem: UNUSED, params: LOADS },
};
