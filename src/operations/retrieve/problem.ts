import { requireCount, requireOneOf } from '../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { MOST_LISTED } from './limits.ts';
import { STORAGES, type Storage } from './storage.ts';

/** The k nearest of N documents for each of Q queries, by inner product. */
export interface RetrieveProblem {
  readonly numQueries: number;
  readonly numDocuments: number;
  readonly embedDim: number;
  /** Documents listed for each query. */
  readonly k: number;
  /** How documents are held while all of them are compared with the queries. */
  readonly storage: Storage;
  /** How many of the nearest are compared once more, in f32. */
  readonly rerank?: number;
}

/**
 * Fills in defaults (64 queries, 1024 documents of 384 elements in f32, k 10) and checks.
 * @throws ShapeError naming the field, UnsupportedError
 */
export function retrieveProblem(partial: Partial<RetrieveProblem>): RetrieveProblem {
  const { numQueries = 64, numDocuments = 1024, embedDim = 384, storage = 'f32', rerank } = partial;
  const { k = Math.min(10, numDocuments) } = partial;
  for (const [name, count] of Object.entries({ numQueries, numDocuments, embedDim }))
    requireCount(name, count);
  requireOneOf('storage', storage, Object.keys(STORAGES));
  requireListed('k', k, 1, numDocuments);
  const problem = { numQueries, numDocuments, embedDim, k, storage };
  if (rerank === undefined) return problem;
  if (storage === 'f32') {
    throw new UnsupportedError("rerank compares in f32, as storage 'f32' does anyway: leave one of them out");
  }
  requireListed('rerank', rerank, k, numDocuments);
  return { ...problem, rerank };
}

/** @throws ShapeError unless so many documents can be listed */
function requireListed(name: string, count: number, least: number, numDocuments: number): void {
  const most = Math.min(numDocuments, MOST_LISTED);
  if (Number.isInteger(count) && count >= least && count <= most) return;
  throw new ShapeError(
    name,
    `a whole number from ${least} to ${most}; there are ${numDocuments} documents`,
    String(count),
  );
}

/** Documents that the walk lists for each query: candidates, where they are compared once more. */
export const walkTop = ({ k, rerank = k }: RetrieveProblem): number => rerank;

/** Multiply-adds, or operations on whole words in place of them, twice each as usual. */
export function retrieveFlops(problem: RetrieveProblem): number {
  const { numQueries, embedDim, rerank = 0 } = problem;
  return walkFlops(problem, problem.numDocuments) + 2 * numQueries * rerank * embedDim;
}

/** FLOPs of comparing all queries with so many documents as they are stored. */
export const walkFlops = ({ numQueries, embedDim, storage }: RetrieveProblem, documents: number): number =>
  2 * numQueries * documents * STORAGES[storage].steps(embedDim);
