import { hasSubgroups, simdClass } from '../../../core/device-profile.ts';
import { ceilDiv, floatBytes, read, readWrite } from '../../../core/plan.ts';
import type { Variant } from '../../../core/variant.ts';
import { moved } from '../../../core/traffic.ts';
import { powerOfTwo } from '../../../tile/size-class.ts';
import {
  quadRows,
  stageBytes,
  tileCols,
  tileFits,
  tileShape,
  tileSpec,
  VECTOR_TILE_PARAMS,
  vectorFits,
  isSoonDone,
} from '../../../tile/tile-params.ts';
import { documentGradientPasses, matchBuffers, queryGradientPasses } from '../passes/gradients.ts';
import { lossPasses } from '../passes/loss.ts';
import { lateBuffers, latePass } from '../passes/pass.ts';
import { scoresPass } from '../passes/scores.ts';
import { keepsMatches, numRows, productFlops, type LateProblem } from '../problem.ts';

export const tiled: Variant<LateProblem> = {
  id: 'tiled',
  title: 'Tiled, products never stored',
  idea: 'Keep the largest dot product of each query token while a document goes by tile by tile, and the token it comes of for the gradients.',
  params: VECTOR_TILE_PARAMS,
  defaults(problem, device) {
    const { embedDim } = problem;
    if (simdClass(device) === 'narrow') {
      const rows = Math.min(powerOfTwo(numRows(problem)), quadRows(productFlops(problem)));
      const quads = hasSubgroups(device) ? 1 : 0;
      return { blockM: rows, blockN: 32, rows, cols: 8, stageDepth: 0, quads, vectorWidth: 1 };
    }
    const loads = { stageDepth: 8, quads: 0, vectorWidth: embedDim % 4 === 0 ? 4 : 1 };
    return numRows(problem) > 32 && !isSoonDone(productFlops(problem))
      ? { blockM: 64, blockN: 64, rows: 4, cols: 4, ...loads }
      : { blockM: 32, blockN: 32, rows: 2, cols: 2, ...loads };
  },
  supports({ embedDim }, params, device) {
    const tile = tileShape(params);
    const vectors = vectorFits(tile, [embedDim]);
    if (vectors !== true) return vectors;
    const bytes = stageBytes(tile) + 2 * floatBytes(tile.blockM * tileCols(tile));
    return tileFits(tile, tile.rows * tile.cols, bytes, device);
  },
  plan(problem, params) {
    const { numDocuments, embedDim } = problem;
    const tile = tileShape(params);
    const rowBlocks = ceilDiv(numRows(problem), tile.blockM);
    const matched = keepsMatches(problem);
    const { conditions, ...spec } = tileSpec(tile, embedDim);
    return {
      buffers: [...lateBuffers(problem), ...matchBuffers(problem)],
      passes: [
        latePass(problem, {
          label: 'best tokens',
          shader: 'late/best',
          ...spec,
          conditions: { ...conditions, MATCHED: matched },
          bindings: [
            ...moved(numDocuments, read({ left: 'query' })),
            ...moved(rowBlocks, read({ right: 'document' })),
            ...readWrite('bestDots', ...(matched ? ['bestTokens'] : [])),
          ],
          workgroups: rowBlocks * numDocuments,
          flops: productFlops(problem),
        }),
        scoresPass(problem),
        ...lossPasses(problem),
        ...queryGradientPasses(problem),
        ...documentGradientPasses(problem),
      ],
    };
  },
};
