import { ceilDiv, floatBuffer, read, readWrite, typedBuffer } from '../../../core/plan.ts';
import type { Pass, PlanBuffer } from '../../../core/plan.ts';
import { powerOfTwo } from '../../../tile/size-class.ts';
import type { RetrieveProblem } from '../problem.ts';
import { walkTop } from '../problem.ts';
import { retrievePass, type Reach } from './pass.ts';

const WORKGROUP_SIZE = 64;

/** The buffers that hold the scores and the indices of lists. */
export type Lists = Readonly<Record<'scores' | 'indices', string>>;

/** The result of a call. */
const RESULT: Lists = { scores: 'scores', indices: 'indices' };
/** Documents that are compared once more. */
const CANDIDATES: Lists = { scores: 'candidates', indices: 'candidateIndices' };

/** The list that comes of the walk: the result, or candidates. */
export const walkLists = ({ rerank }: RetrieveProblem): Lists => (rerank === undefined ? RESULT : CANDIDATES);

/** Workspace for `count` entries of lists for each query. */
export const listBuffers = (
  { numQueries }: RetrieveProblem,
  { scores, indices }: Lists,
  count: number,
): PlanBuffer[] => [
  floatBuffer('workspace', scores, numQueries * count),
  typedBuffer('workspace', indices, 'u32', numQueries * count),
];

/** Selects the lists of all queries from scores that are in memory. */
export const selectPass = (problem: RetrieveProblem, from: string, into: Lists, reach: Reach): Pass =>
  retrievePass(problem, reach, {
    label: 'select',
    shader: 'retrieve/select',
    constants: { WORKGROUP_SIZE },
    bindings: [...read({ candidates: from }), ...readWrite(into)],
    workgroups: problem.numQueries,
    flops: problem.numQueries * walkTop(problem) * problem.numDocuments,
  });

/** The most parts that are merged: each has an invocation of its own. */
export const MOST_PARTS = 256;

/** Merges the lists of `numParts` parts. */
export const mergePass = (problem: RetrieveProblem, parts: Lists, numParts: number): Pass =>
  retrievePass(
    problem,
    { numParts },
    {
      label: 'merge',
      shader: 'retrieve/merge',
      constants: { WORKGROUP_SIZE: powerOfTwo(numParts) },
      bindings: [
        ...read({ part_scores: parts.scores, part_indices: parts.indices }),
        ...readWrite(walkLists(problem)),
      ],
      workgroups: problem.numQueries,
      flops: problem.numQueries * walkTop(problem) * numParts,
    },
  );

/** Compares candidates once more, and lists the nearest of them. */
export function rerankPasses(problem: RetrieveProblem): Pass[] {
  const { numQueries, embedDim, k, rerank } = problem;
  if (rerank === undefined) return [];
  const reach = { numCandidates: rerank, top: k };
  return [
    retrievePass(problem, reach, {
      label: 'rescore',
      shader: 'retrieve/rescore',
      constants: { WORKGROUP_SIZE, DEPTH: embedDim },
      bindings: [
        ...read({ left: 'query', right: 'document', candidate_indices: CANDIDATES.indices }),
        ...readWrite({ candidates: CANDIDATES.scores }),
      ],
      workgroups: ceilDiv(numQueries * rerank, WORKGROUP_SIZE),
      flops: 2 * numQueries * rerank * embedDim,
    }),
    retrievePass(problem, reach, {
      label: 'select',
      shader: 'retrieve/select',
      conditions: { INDEXED: true },
      constants: { WORKGROUP_SIZE },
      bindings: [
        ...read({ candidates: CANDIDATES.scores, candidate_indices: CANDIDATES.indices }),
        ...readWrite(RESULT),
      ],
      workgroups: numQueries,
      flops: numQueries * k * rerank,
    }),
  ];
}

/** Workspace of comparing once more. */
export const rerankBuffers = (problem: RetrieveProblem): PlanBuffer[] =>
  problem.rerank === undefined ? [] : listBuffers(problem, CANDIDATES, problem.rerank);
