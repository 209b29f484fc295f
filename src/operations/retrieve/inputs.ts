import { normals } from '../../core/random.ts';
import type { DataArray } from '../../core/dtype.ts';
import type { RetrieveProblem } from './problem.ts';
import { storageOf } from './storage.ts';

/** Queries and documents as f32, and as they are stored. */
export function retrieveInputs(
  { storage, embedDim }: RetrieveProblem,
  query: Float32Array,
  document: Float32Array,
): Record<string, DataArray> {
  const { pack, packsQueries } = storageOf(storage);
  return {
    query,
    document,
    ...(pack && { storedDocument: pack(document, embedDim) }),
    ...(pack && packsQueries && { storedQuery: pack(query, embedDim) }),
  };
}

/** Seeded ones. */
export const seededInputs = (problem: RetrieveProblem, seed: number): Record<string, DataArray> =>
  retrieveInputs(
    problem,
    normals(problem.numQueries * problem.embedDim, seed),
    normals(problem.numDocuments * problem.embedDim, seed + 1),
  );
