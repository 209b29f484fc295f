import type { Corner } from '../../core/corner.ts';
import { LOADS } from '../../tile/odd-tiles.ts';
import { randomBlocks } from './block-corners.ts';
import { attentionProblem } from './fill-problem.ts';
import type { AttentionProblem } from './problem.ts';
import { packLists } from './selected.ts';
import { spoilHidden } from './spoil.ts';

const GQA = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 5, seqLenKV: 59, headDim: 8 } as const;

/** No key that is in no list is a number. */
const spoiled = (problem: Partial<AttentionProblem>): Corner<AttentionProblem> => ({
  problem,
  inputs: (seeded) => ({ ...seeded, ...spoilHidden(attentionProblem(problem), seeded) }),
});

/** Lists of keys: short, long and empty, with a key twice, weights, and all else that hides keys. */
export const SELECTED: Readonly<Record<string, Corner<AttentionProblem>>> = {
  'chosen keys': { problem: { ...GQA, selected: { slots: 13 } } },
  'chosen keys, one': { problem: { seqLenKV: 37, headDim: 8, selected: { slots: 1 } } },
  'chosen keys, more than there are, weights': {
    problem: { ...GQA, seqLenQ: 19, selected: { slots: 83, weighted: true } },
  },
  'chosen keys, weights, two terms': {
    problem: {
      ...GQA,
      scorePrecision: 'two-term',
      softmaxScale: 20,
      selected: { slots: 40, weighted: true },
    },
  },
  'chosen keys in pages, causal': {
    problem: {
      ...{ ...GQA, seqLenQ: 30, causal: 'bottom-right', seqLensKV: [59, 33], selected: { slots: 40 } },
      pages: { pageSize: 7, pagesPerEntry: 9, numPages: 14 },
    },
  },
  'chosen keys, everything': {
    problem: {
      ...{ ...GQA, causal: 'bottom-right', window: [30, -1], softcap: 20, alibi: true, sinks: true },
      ...{
        biasShape: [2, 1, 5, 59],
        maskShape: [4, 5, 59],
        blockMask: randomBlocks(2, 8, [1, 4, 3, 8], 0.7),
      },
      selected: { slots: 30, weighted: true },
    },
  },
  'chosen keys, empty lists and one key twice': {
    problem: { ...GQA, selected: { slots: 3 } },
    inputs: () => ({ chosenKeys: packLists(3, [-1, 5, 6, 7, 7, -1, 58, 0, 58, -1, -1, -1]) }),
  },
  'chosen keys, loads of four': {
    problem: { ...GQA, selected: { slots: 29, weighted: true } },
    params: LOADS,
  },
  'hidden by a list of chosen keys': spoiled({ ...GQA, selected: { slots: 20 } }),
};
