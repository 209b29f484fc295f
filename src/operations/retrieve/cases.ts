import type { Bench } from '../../core/operation.ts';
import type { RetrieveProblem } from './problem.ts';

const DOCUMENTS = {
  cpu: { full: [4096, 16_384], quick: [2048] },
  gpu: { full: [16_384, 100_000], quick: [16_384] },
} as const;

export const retrieveBench: Bench<RetrieveProblem> = {
  sized: (numDocuments) => ({ numDocuments }),
  cases: ({ device, quick }) =>
    DOCUMENTS[device][quick ? 'quick' : 'full'].map((numDocuments) => ({
      problem: { numDocuments },
      takesOptions: true,
    })),
};
