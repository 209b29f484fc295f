import { ceilDiv, floatBuffer, readWrite } from '../../../core/plan.ts';
import type { Variant } from '../../../core/variant.ts';
import { elementwiseReads, moved } from '../../../core/traffic.ts';
import { ALONE } from '../../../tile/tile-params.ts';
import { rerankBuffers, rerankPasses, selectPass, walkLists } from '../passes/lists.ts';
import { dataBuffers, operands, retrievePass, scoreSpec } from '../passes/pass.ts';
import { walkFlops, type RetrieveProblem } from '../problem.ts';

export const naive: Variant<RetrieveProblem> = {
  id: 'naive',
  title: 'Naive, scores kept',
  idea: 'Write the scores of all pairs to memory, then select the best of each query, one after another.',
  params: [],
  defaults: () => ({}),
  supports: () => true,
  plan(problem) {
    const { numQueries, numDocuments } = problem;
    const [query, document] = operands(problem);
    const reads = elementwiseReads(numQueries, numDocuments, ALONE.blockN);
    return {
      buffers: [
        ...dataBuffers(problem),
        floatBuffer('workspace', 'allScores', numQueries * numDocuments),
        ...rerankBuffers(problem),
      ],
      passes: [
        retrievePass(
          problem,
          {},
          {
            label: 'naive scores',
            shader: 'retrieve/scores',
            ...scoreSpec(problem, ALONE),
            bindings: [
              ...moved(reads.left, query ? [query] : []),
              ...moved(reads.right, document ? [document] : []),
              ...readWrite({ scores: 'allScores' }),
            ],
            workgroups: numQueries * ceilDiv(numDocuments, ALONE.blockN),
            flops: walkFlops(problem, numDocuments),
          },
        ),
        selectPass(problem, 'allScores', walkLists(problem), {}),
        ...rerankPasses(problem),
      ],
    };
  },
};
