import type { Corner } from '../../core/corner.ts';
import type { AttentionProblem } from './problem.ts';
import type { ChoiceMethod } from './selected.ts';

const GQA = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 2, seqLenKV: 67, headDim: 16 } as const;

const by = (method: ChoiceMethod): Readonly<Record<string, Corner<AttentionProblem>>> => ({
  [`chosen by ${method}`]: { problem: { ...GQA, selected: { slots: 20, by: method } } },
  [`chosen by ${method}, all`]: { problem: { ...GQA, selected: { slots: 67, by: method } } },
  [`chosen by ${method}, more than are seen, pages, causal`]: {
    problem: {
      ...{ ...GQA, causal: 'bottom-right', window: [40, -1], seqLensKV: [30, 67] },
      ...{ selected: { slots: 35, by: method }, pages: { pageSize: 5, pagesPerEntry: 14, numPages: 20 } },
    },
  },
});

/** Keys that the GPU chooses. */
export const CHOSEN: Readonly<Record<string, Corner<AttentionProblem>>> = {
  ...by('channels'),
  ...by('blocks'),
  ...by('landmarks'),
};
