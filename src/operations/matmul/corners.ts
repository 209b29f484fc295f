import type { Corners } from '../../core/corner.ts';
import { ODD_TILES, QUICK_TILE, VECTOR_TILES } from '../../tile/odd-tiles.ts';
import type { MatmulProblem } from './problem.ts';

/** Fragments and subgroups of matrix units that nobody's defaults are. */
const ODD_FRAGMENTS = [
  { fragments: 1, subgroupsM: 4, subgroupsN: 1, stageDepth: 16 },
  { fragments: 2, subgroupsM: 1, subgroupsN: 2, stageDepth: 64 },
];

export const corners: Corners<MatmulProblem> = {
  quick: QUICK_TILE,
  corners: {
    'one element': { problem: { size: 1 } },
    primes: { problem: { size: 37 } },
    'exact tiles': { problem: { size: 128 }, params: [{}, ...ODD_FRAGMENTS] },
    'odd tiles': { problem: { size: 67 }, params: ODD_TILES },
    'loads of four': { problem: { size: 52 }, params: VECTOR_TILES },
  },
  large: [1024, 1027, 4096].map((size) => ({ size })),
  // Each other size is compiled anew.
  random: (draw) => [{ size: draw.oneOf(5, 17, 40) }],
};
