import type { Bench } from '../../core/operation.ts';
import { LATE_GRADIENTS, type LateProblem } from './problem.ts';

const PAIRS = {
  cpu: { full: [8, 16], quick: [4] },
  gpu: { full: [64, 128], quick: [32] },
} as const;

/** A batch of ColBERT: queries of 32 tokens, passages of 256, with the loss and all its gradients. */
const sized = (numQueries: number): Partial<LateProblem> => ({
  ...{ numQueries, queryTokens: 32, documentTokens: 256, embedDim: 128 },
  ...{ loss: 'info-nce', gradients: LATE_GRADIENTS },
});

export const lateBench: Bench<LateProblem> = {
  sized,
  cases: ({ device, quick }) =>
    PAIRS[device][quick ? 'quick' : 'full'].map((numQueries) => ({
      problem: sized(numQueries),
      takesOptions: true,
    })),
};
