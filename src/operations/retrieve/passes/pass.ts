import { ceilDiv, floatBuffer, read, typedBuffer, u32 } from '../../../core/plan.ts';
import type { Binding, Pass, PlanBuffer } from '../../../core/plan.ts';
import { tileSpec, type TileShape } from '../../../tile/tile-params.ts';
import { walkTop, type RetrieveProblem } from '../problem.ts';
import { rowBytes, storageOf } from '../storage.ts';

/** The documents and lists of a pass. By default, all documents and one list. */
export interface Reach {
  readonly firstDocument?: number;
  readonly endDocument?: number;
  readonly partDocuments?: number;
  readonly numParts?: number;
  readonly firstPart?: number;
  readonly numCandidates?: number;
  /** Places of a list. Default: those of the walk's. */
  readonly top?: number;
}

type Given = Omit<Pass, 'uniforms' | 'conditions'> & Partial<Pick<Pass, 'conditions'>>;

/** A pass of a search, with the uniforms that all of them share. */
export function retrievePass(problem: RetrieveProblem, reach: Reach, given: Given): Pass {
  const { numQueries, numDocuments } = problem;
  const { firstDocument = 0, endDocument = numDocuments, firstPart = 0, top = walkTop(problem) } = reach;
  const { partDocuments = numDocuments, numParts = 1, numCandidates = endDocument - firstDocument } = reach;
  return {
    conditions: {},
    ...given,
    uniforms: [
      u32('num_queries', numQueries),
      u32('num_documents', numDocuments),
      u32('query_blocks', ceilDiv(numQueries, given.constants.BLOCK_M ?? 1)),
      u32('first_document', firstDocument),
      u32('end_document', endDocument),
      u32('part_documents', partDocuments),
      u32('num_parts', numParts),
      u32('first_part', firstPart),
      u32('num_candidates', numCandidates),
      u32('top', top),
    ],
  };
}

/** The modules, conditions and constants of a kernel that computes tiles of scores. */
export function scoreSpec({ embedDim, storage }: RetrieveProblem, tile: TileShape) {
  const spec = tileSpec(tile, embedDim);
  const { packsQueries, modules, steps } = storageOf(storage);
  if (!packsQueries) return { ...spec, modules };
  const { STAGE_DEPTH: _, ...constants } = spec.constants;
  return { modules, conditions: {}, constants: { ...constants, WORDS: steps(embedDim) } };
}

/** Queries and documents as the walk reads them. */
export const operands = ({ storage }: RetrieveProblem): Binding[] => {
  const { pack, packsQueries } = storageOf(storage);
  return read({ left: packsQueries ? 'storedQuery' : 'query', right: pack ? 'storedDocument' : 'document' });
};

/** Inputs and outputs of a search. */
export function dataBuffers(problem: RetrieveProblem): PlanBuffer[] {
  const { numQueries, numDocuments, embedDim, k, storage, rerank } = problem;
  const { pack, packsQueries } = storageOf(storage);
  const stored = (name: string, rows: number): PlanBuffer => ({
    ...{ name, role: 'input', dtype: 'words' },
    bytes: rows * rowBytes(storage, embedDim),
  });
  return [
    ...(packsQueries ? [stored('storedQuery', numQueries)] : []),
    ...(pack ? [stored('storedDocument', numDocuments)] : []),
    ...(!packsQueries || rerank !== undefined ? [floatBuffer('input', 'query', numQueries * embedDim)] : []),
    ...(!pack || rerank !== undefined ? [floatBuffer('input', 'document', numDocuments * embedDim)] : []),
    floatBuffer('output', 'scores', numQueries * k),
    typedBuffer('output', 'indices', 'u32', numQueries * k),
  ];
}
