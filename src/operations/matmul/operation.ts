import { compare } from '../../core/deviation.ts';
import { matmulReference } from './reference.ts';
import { coverage, pickRows, sampleRows } from '../../core/sample.ts';
import { requireArray } from '../../core/checks.ts';
import { hasSubgroups, simdClass } from '../../core/device-profile.ts';
import type { Kernels } from '../../core/operation.ts';
import type { Variant } from '../../core/variant.ts';
import { ceilDiv, read, readWrite, u32, type Plan } from '../../core/plan.ts';
import { normals } from '../../core/random.ts';
import { matrix } from './variants/matrix.ts';
import { matmulBuffers, matmulFlops, type MatmulProblem } from './problem.ts';
import {
  stageBytes,
  VECTOR_TILE_PARAMS,
  tileFits,
  tileShape,
  tileSpec,
  vectorFits,
} from '../../tile/tile-params.ts';

const tiled: Variant<MatmulProblem> = {
  id: 'tiled',
  title: 'Register tiles',
  idea: 'Each invocation keeps a tile of the product in registers.',
  params: VECTOR_TILE_PARAMS,
  defaults: ({ size }, device) =>
    simdClass(device) === 'narrow' && hasSubgroups(device)
      ? { blockM: 16, blockN: 64, rows: 16, cols: 16, stageDepth: 0, quads: 1, vectorWidth: 1 }
      : simdClass(device) === 'narrow'
        ? { blockM: 32, blockN: 32, rows: 8, cols: 8, stageDepth: 0, quads: 0, vectorWidth: 1 }
        : {
            ...{ blockM: 64, blockN: 64, rows: 4, cols: 4, stageDepth: 16, quads: 0 },
            vectorWidth: size % 4 === 0 ? 4 : 1,
          },
  supports({ size }, params, device) {
    const tile = tileShape(params);
    const fits = vectorFits(tile, [size]);
    return fits === true ? tileFits(tile, tile.rows * tile.cols, stageBytes(tile), device) : fits;
  },
  plan({ size }, params): Plan {
    const tile = tileShape(params);
    return {
      buffers: matmulBuffers({ size }),
      passes: [
        {
          label: 'matmul',
          shader: 'matmul/tiled',
          ...tileSpec(tile, size),
          uniforms: [u32('num_rows', size), u32('num_cols', size)],
          bindings: [...read({ left: 'a', right: 'b' }), ...readWrite('product')],
          workgroups: ceilDiv(size, tile.blockM) * ceilDiv(size, tile.blockN),
          flops: matmulFlops({ size }),
        },
      ],
    };
  },
};

/** Relative L2 error against float64. */
const BOUND = 5e-6;

/** The yardstick of every report. */
export const matmul: Kernels<MatmulProblem> = {
  id: 'matmul',
  variants: [tiled, matrix],
  flops: matmulFlops,
  inputs: ({ size }, seed) => ({ a: normals(size * size, seed), b: normals(size * size, seed + 1) }),
  verify({ size }, inputs, outputs, flopBudget) {
    const rows = sampleRows(size, flopBudget / (2 * size * size));
    const expected = matmulReference(size, requireArray(inputs, 'a'), requireArray(inputs, 'b'), rows);
    const actual = pickRows(requireArray(outputs, 'product'), size, rows);
    return compare([{ actual, expected }], BOUND, coverage(rows.length, size));
  },
};
