import { ceilDiv, readWrite } from '../../../core/plan.ts';
import type { Variant } from '../../../core/variant.ts';
import { moved } from '../../../core/traffic.ts';
import { tileFits, tileShape, vectorFits } from '../../../tile/tile-params.ts';
import { defaultTiling, RETRIEVE_PARAMS, workgroupBytes } from '../passes/defaults.ts';
import {
  listBuffers,
  mergePass,
  MOST_PARTS,
  rerankBuffers,
  rerankPasses,
  walkLists,
  type Lists,
} from '../passes/lists.ts';
import { dataBuffers, operands, retrievePass, scoreSpec } from '../passes/pass.ts';
import { walkFlops, walkTop, type RetrieveProblem } from '../problem.ts';
import { storageOf } from '../storage.ts';

/** The lists of the parts, before they are merged. */
const PARTS: Lists = { scores: 'partScores', indices: 'partIndices' };

export const tiled: Variant<RetrieveProblem> = {
  id: 'tiled',
  title: 'Tiled, scores never stored',
  idea: 'Walk through parts of the documents tile by tile, keep the best of each query in a list, and merge the lists.',
  params: RETRIEVE_PARAMS,
  defaults: defaultTiling,
  supports(problem, params, device) {
    const tile = tileShape(params);
    const { parts = 0 } = params;
    if (!Number.isInteger(parts) || parts < 1 || parts > MOST_PARTS) {
      return `parts must be a whole number from 1 to ${MOST_PARTS}, not ${parts}`;
    }
    const packed = storageOf(problem.storage).packsQueries;
    if (packed && (tile.stageDepth !== 0 || tile.quads !== 0 || tile.vectorWidth !== 1)) {
      return 'rows of packed words are read word by word: stageDepth 0, quads 0, vectorWidth 1';
    }
    const vectors = vectorFits(tile, [problem.embedDim]);
    if (vectors !== true) return vectors;
    return tileFits(tile, tile.rows * tile.cols, workgroupBytes(tile), device);
  },
  plan(problem, params) {
    const { numQueries, numDocuments } = problem;
    const tile = tileShape(params);
    const partDocuments = tile.blockN * ceilDiv(numDocuments, tile.blockN * (params['parts'] ?? 1));
    const numParts = ceilDiv(numDocuments, partDocuments);
    const queryBlocks = ceilDiv(numQueries, tile.blockM);
    const [query, document] = operands(problem);
    const lists = numParts === 1 ? walkLists(problem) : PARTS;
    return {
      buffers: [
        ...dataBuffers(problem),
        ...(numParts === 1 ? [] : listBuffers(problem, PARTS, numParts * walkTop(problem))),
        ...rerankBuffers(problem),
      ],
      passes: [
        retrievePass(
          problem,
          { partDocuments, numParts },
          {
            label: 'walk',
            shader: 'retrieve/walk',
            ...scoreSpec(problem, tile),
            bindings: [
              ...moved(numParts, query ? [query] : []),
              ...moved(queryBlocks, document ? [document] : []),
              ...readWrite({ part_scores: lists.scores, part_indices: lists.indices }),
            ],
            workgroups: queryBlocks * numParts,
            flops: walkFlops(problem, numDocuments),
          },
        ),
        ...(numParts === 1 ? [] : [mergePass(problem, PARTS, numParts)]),
        ...rerankPasses(problem),
      ],
    };
  },
};
