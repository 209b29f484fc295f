import type { Corners } from '../../core/corner.ts';
import type { Arrays } from '../../core/variant.ts';
import { withNoNumbers } from '../attention/spoil.ts';
import type { MergeStatesProblem } from './problem.ts';

/** Seeded states, with the lse that `at` gives in place of the seeded one. */
const withLses =
  (at: (index: number) => number | undefined) =>
  ({ lses }: Arrays): Arrays => ({
    lses: Float32Array.from(lses ?? [], (lse, index) => at(index) ?? lse),
  });

export const corners: Corners<MergeStatesProblem> = {
  quick: {},
  corners: {
    primes: { problem: { numStates: 3, numRows: 37, headDimV: 7 } },
    'one state': { problem: { numStates: 1, numRows: 40, headDimV: 8 } },
    'one of everything': { problem: { numStates: 1, numRows: 1, headDimV: 1 } },
    'many states': { problem: { numStates: 33, numRows: 20, headDimV: 20 } },
    'states that saw nothing, and a row that nothing saw': {
      problem: { numStates: 2, numRows: 40, headDimV: 8 },
      inputs: withLses((index) => (index < 20 || index === 57 ? -Infinity : undefined)),
    },
    'states that saw nothing, and hold no numbers': {
      problem: { numStates: 3, numRows: 20, headDimV: 8 },
      inputs: ({ outputs, lses }) => ({
        outputs: withNoNumbers(outputs ?? new Float32Array(), [3, 25, 26, 58], 8),
        lses: Float32Array.from(lses ?? [], (lse, at) => ([3, 25, 26, 58].includes(at) ? -Infinity : lse)),
      }),
    },
    'lses near the lowest f32': {
      problem: { numStates: 2, numRows: 20, headDimV: 8 },
      inputs: withLses((index) => (index % 20 < 10 ? -3.4e38 : 1e38)),
    },
    // Row by row alike: f32 does not hold small differences of large lses.
    'lses of thousands': {
      problem: { numStates: 2, numRows: 40, headDimV: 8 },
      inputs: withLses((index) => (index % 2 === 0 ? 5000 : -5000)),
    },
  },
  large: [64, 128].map((headDimV) => ({ numRows: 65536, numStates: 4, headDimV })),
  random: (draw) => [{ numStates: draw.int(1, 9), numRows: draw.int(1, 100), headDimV: draw.oneOf(5, 16) }],
};
