import type { Corner } from '../../core/corner.ts';
import type { AttentionProblem } from './problem.ts';
import type { ChoiceMethod, Selection } from './selected.ts';

const GQA = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 2, seqLenKV: 67, headDim: 16 } as const;

/** Enough hash tables for about half of the keys. */
const HASHING = { bits: 3, tables: 9, seed: 2 };

const by = (method: ChoiceMethod): Readonly<Record<string, Corner<AttentionProblem>>> => {
  const chosen = (slots: number, more: Partial<Selection> = {}) => ({
    selected: { slots, by: method, ...(method === 'lsh' && { hashing: HASHING }), ...more },
  });
  return {
    [`chosen by ${method}`]: { problem: { ...GQA, ...chosen(40) } },
    [`chosen by ${method}, more than are seen, pages, causal`]: {
      problem: {
        ...{ ...GQA, causal: 'bottom-right', window: [40, -1], seqLensKV: [30, 67] },
        ...{ ...chosen(45), pages: { pageSize: 5, pagesPerEntry: 14, numPages: 20 } },
      },
    },
    // Most keys are behind the summary.
    [`chosen by ${method}, an old summary`]: {
      problem: {
        ...{ ...GQA, seqLenKV: 131 },
        ...chosen(method === 'lsh' ? 131 : 90, {
          summary: 'given',
          blocks: method === 'channels' || method === 'lsh' ? 64 : 4,
        }),
      },
    },
  };
};

/** Keys that the GPU chooses. */
export const CHOSEN: Readonly<Record<string, Corner<AttentionProblem>>> = {
  ...by('channels'),
  ...by('blocks'),
  ...by('landmarks'),
  ...by('lsh'),
  'chosen by lsh, the usual tables': { problem: { ...GQA, selected: { slots: 67, by: 'lsh' } } },
  'chosen with a summary that is returned, rope': {
    problem: {
      ...{ ...GQA, seqLenKV: 68, rope: {}, causal: 'bottom-right' },
      selected: { slots: 40, by: 'blocks', summary: 'returned' },
    },
  },
  'chosen where all keys are met': {
    problem: { ...GQA, seqLenKV: 9, selected: { slots: 5, by: 'landmarks' } },
  },
};
