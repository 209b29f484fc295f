import { z } from '../../../core/schema.ts';
import { MOST_LISTED } from '../../../operations/retrieve/limits.ts';
import { STORAGES, type Storage } from '../../../operations/retrieve/storage.ts';
import { EMBEDDING_KINDS, type EmbeddingKind } from '../../../operations/retrieve/synthetic.ts';
import { count, counts, someOf, type Fields, type Settings } from '../../form/fields.ts';
import type { SearchForm } from './study.ts';

/** A comparison as the form asks for it. */
export interface RetrievePlan {
  readonly data: EmbeddingKind;
  readonly shape: { readonly numQueries: number; readonly numDocuments: number; readonly embedDim: number };
  readonly k: number;
  readonly forms: readonly SearchForm[];
}

export const STORAGE_NAMES = Object.keys(STORAGES) as Storage[];

export const RETRIEVE_DEFAULTS: Fields = {
  data: 'topics',
  numDocuments: '4096',
  numQueries: '64',
  embedDim: '128',
  k: '10',
  storages: 'all',
  candidates: '20, 50, 100, 200',
};

/** None is an empty text. */
const candidates = z.union([
  z.pipe(
    z.string().check(z.trim(), z.length(0)),
    z.transform((): number[] => []),
  ),
  counts(MOST_LISTED, 6),
]);

export const RETRIEVE_SETTINGS: Settings<RetrievePlan> = {
  version: 1,
  unset: RETRIEVE_DEFAULTS,
  schema: z.pipe(
    z
      .object({
        data: z.enum(EMBEDDING_KINDS),
        numDocuments: count(1_000_000, 2),
        numQueries: count(4096),
        embedDim: count(4096),
        k: count(MOST_LISTED),
        storages: someOf(STORAGE_NAMES),
        candidates,
      })
      .check(
        z.refine(({ storages }) => storages.length > 0, { path: ['storages'], message: 'At least one.' }),
        z.refine(({ k, numDocuments }) => k <= numDocuments, {
          path: ['k'],
          message: 'No more than there are documents.',
        }),
      ),
    z.transform(({ data, k, storages, candidates: numbers, ...shape }) => ({
      ...{ data, k, shape },
      forms: storages.flatMap((storage): SearchForm[] => [
        { storage },
        // Others find nearly all without a second look.
        ...(storage === 'binary' ? numbers : [])
          .filter((rerank) => rerank > k)
          .map((rerank) => ({ storage, rerank })),
      ]),
    })),
  ),
};
