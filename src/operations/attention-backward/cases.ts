import type { Bench, Scale } from '../../core/operation.ts';
import { attentionBench } from '../attention/cases.ts';
import type { AttentionBackwardProblem } from './problem.ts';

/** Tokens: two and a half times the work of a forward, so fewer of them. */
const TOKENS: Readonly<
  Record<Scale['device'], { readonly full: readonly number[]; readonly quick: readonly number[] }>
> = {
  cpu: { full: [256, 512], quick: [128] },
  gpu: { full: [512, 1024, 2048], quick: [512] },
};

export const attentionBackwardBench: Bench<AttentionBackwardProblem> = {
  sized: (size) => attentionBench.sized(size),
  cases: ({ device, quick }) =>
    TOKENS[device][quick ? 'quick' : 'full'].map((size) => ({
      problem: attentionBench.sized(size),
      takesOptions: true,
    })),
};
