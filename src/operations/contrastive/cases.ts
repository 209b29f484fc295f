import type { Bench, Scale } from '../../core/operation.ts';
import type { ContrastiveProblem } from './problem.ts';

const EMBED_DIM = 256;

const ROWS: Readonly<
  Record<Scale['device'], { readonly full: readonly number[]; readonly quick: readonly number[] }>
> = {
  cpu: { full: [256, 512, 1024], quick: [128] },
  gpu: { full: [512, 1024, 2048, 4096, 8192], quick: [512, 1024] },
};

const sized = (numRows: number): Partial<ContrastiveProblem> => ({ embedDim: EMBED_DIM, numRows });

/** The variant with the least work that can run whole: panels are for two gradients. */
const leastWork = ({ gradients }: ContrastiveProblem): string =>
  gradients.includes('x') && gradients.includes('y') ? 'panelled' : 'tiled';

export const contrastiveBench: Bench<ContrastiveProblem> = {
  sized,
  cases: ({ device, quick }) =>
    ROWS[device][quick ? 'quick' : 'full'].map((numRows) => ({
      problem: sized(numRows),
      takesOptions: true,
    })),
  wall({ device, quick }) {
    if (quick) return undefined;
    return {
      problem: (numRows) => ({ numRows, embedDim: device === 'cpu' ? 16 : 64 }),
      fractions: device === 'cpu' ? [1 / 8, 1 / 4] : [1 / 8, 1 / 4, 1 / 2],
      takesOptions: true,
    };
  },
  large({ quick }) {
    if (quick) return [];
    // A matrix that no device could hold. Naive is there to show what it would need.
    return [
      {
        problem: { numRows: 65536, embedDim: 32, gradients: [] },
        takesOptions: true,
        variants: () => ['naive', 'tiled'],
        minSamples: 1,
      },
      {
        problem: { numRows: 32768, embedDim: 64 },
        takesOptions: true,
        variants: (problem) => ['naive', leastWork(problem)],
        minSamples: 1,
      },
    ];
  },
  planned: { numRows: 131072, embedDim: 512 },
};
