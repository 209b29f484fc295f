import type { Corners } from '../../core/corner.ts';
import type { CacheProblem } from './problem.ts';

const SMALL: Partial<CacheProblem> = { numHeads: 2, seqLenQ: 3, seqLenKV: 37, headDim: 8, causal: true };
const GROUPED: Partial<CacheProblem> = { ...SMALL, batch: 2, numHeads: 4, numKVHeads: 2 };

export const corners: Corners<CacheProblem> = {
  quick: { invocations: 8, keysEach: 2, keysSide: 1, valuesSide: 2, quads: 0, rows: 2, splits: 2 },
  corners: {
    primes: { problem: { numHeads: 2, seqLenQ: 5, seqLenKV: 37, headDim: 20, headDimV: 12 } },
    'keys and values side by side': {
      problem: {
        ...GROUPED,
        seqLenKV: 101,
        headDim: 16,
        method: 'rotate-2',
        params: { groupSize: 16, residual: 3 },
      },
      params: [
        { invocations: 8, keysEach: 4, keysSide: 4, valuesSide: 4, quads: 1, rows: 2, splits: 2 },
        { invocations: 8, keysEach: 4, keysSide: 2, valuesSide: 1, quads: 0, rows: 1, splits: 1 },
      ],
    },
    'one of everything': { problem: { headDim: 4 } },
    'exact causal grouped': { problem: GROUPED },
    'more queries than keys: rows that see nothing': {
      problem: { ...SMALL, seqLenQ: 11, seqLenKV: 5 },
    },
    'huge logits': {
      problem: { ...SMALL, seqLenKV: 70 },
      inputs: ({ query = [] }) => ({ query: Float32Array.from(query, (element) => 1e4 * element) }),
    },
    'huge logits, kivi-4': {
      problem: { ...SMALL, seqLenKV: 70, method: 'kivi-4', params: { groupSize: 8, residual: 5 } },
      inputs: ({ query = [] }) => ({ query: Float32Array.from(query, (element) => 1e3 * element) }),
    },
    int8: { problem: { ...GROUPED, method: 'int8' } },
    'kivi-4': { problem: { ...GROUPED, method: 'kivi-4', params: { groupSize: 8, residual: 5 } } },
    'kivi-2, groups as wide as rows': {
      problem: { ...SMALL, headDim: 16, method: 'kivi-2', params: { groupSize: 16, residual: 0 } },
    },
    'kivi-4, a cache that is all window': {
      problem: { ...SMALL, method: 'kivi-4', params: { groupSize: 8, residual: 64 } },
    },
    'rotate-4, rows of no power of two': {
      problem: {
        ...GROUPED,
        headDim: 24,
        headDimV: 40,
        method: 'rotate-4',
        params: { groupSize: 8, residual: 3 },
      },
    },
    'turbo-4': { problem: { ...GROUPED, method: 'turbo-4' } },
    fp8: { problem: { ...SMALL, method: 'fp8' } },
    mxfp4: { problem: { ...GROUPED, method: 'mxfp4', params: { groupSize: 8 } } },
    nf4: { problem: { ...SMALL, headDim: 16, method: 'nf4', params: { groupSize: 8 } } },
    eigen: { problem: { ...GROUPED, method: 'eigen', params: { rank: 4 } } },
    think: { problem: { ...GROUPED, method: 'think' } },
    cq: { problem: { ...GROUPED, method: 'cq' } },
    // Up to 256 keys have a point each, so that all codes of a key are alike, and none is in a wrong place.
    'cq, more keys than points': { problem: { ...GROUPED, seqLenKV: 301, method: 'cq' } },
    // Each invocation has eight vectors of columns, whose codes are in more than one word; the last ones are behind the row's end.
    'cq, wide rows': { problem: { ...SMALL, seqLenKV: 301, headDimV: 232, method: 'cq' } },
    'cq, eight channels, wide rows': {
      problem: { ...SMALL, seqLenKV: 301, headDimV: 232, method: 'cq', params: { coupled: 8 } },
    },
    'cq, eight channels': { problem: { ...SMALL, method: 'cq', params: { coupled: 8 } } },
    mikv: { problem: { ...GROUPED, headDim: 16, method: 'mikv', params: { groupSize: 16 } } },
    gear: { problem: { ...GROUPED, headDimV: 16, method: 'gear', params: { groupSize: 8, residual: 3 } } },
    'gear, 2 bits and no outliers': {
      problem: {
        ...{ ...SMALL, headDim: 16, method: 'gear' },
        params: { bits: 2, groupSize: 16, rank: 8, outliers: 0, residual: 0 },
      },
    },
    'quest, a cut page': { problem: { ...GROUPED, method: 'quest', params: { budget: 19, page: 8 } } },
    'magicpig, a list that ends early': {
      problem: {
        ...{ ...GROUPED, method: 'magicpig' },
        params: { budget: 30, hashBits: 3, tables: 4, sinks: 1, recent: 2 },
      },
    },
    'dmc, keys by channel and rows by attention': {
      problem: {
        ...{ ...GROUPED, method: 'dmc', params: { budget: 21, recent: 3, importance: 1 } },
        keyFormat: { method: 'kivi-4', params: { groupSize: 8, residual: 5 } },
      },
    },
    'h2o, one budget for all heads': {
      problem: { ...GROUPED, method: 'h2o', params: { budget: 11, safeguard: 0.2 } },
    },
    'h2o, heads that share a budget, int8 keys': {
      problem: {
        ...{ ...GROUPED, method: 'h2o', params: { budget: 11, safeguard: 0 } },
        keyFormat: { method: 'int8', params: {} },
      },
    },
    'quest over codes': {
      problem: {
        ...{ ...GROUPED, method: 'quest', params: { budget: 19, page: 8 } },
        keyFormat: { method: 'turbo-4', params: {} },
        valueFormat: { method: 'fp8', params: {} },
      },
    },
    'knorm, keys by channel and values by a codebook': {
      problem: {
        ...{ ...GROUPED, method: 'knorm', params: { budget: 30 } },
        keyFormat: { method: 'kivi-4', params: { groupSize: 8, residual: 5 } },
        valueFormat: { method: 'cq', params: {} },
      },
    },
    knorm: { problem: { ...GROUPED, method: 'knorm', params: { budget: 0.3 } } },
    'sink-window, one key': { problem: { ...SMALL, method: 'sink-window', params: { budget: 1 } } },
  },
  large: [],
  random: () => [],
};
