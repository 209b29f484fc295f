import type { Words } from '../../core/operation.ts';
import { numberIn, plural } from '../../core/words.ts';
import { rowBytes, STORAGES, type Storage } from './storage.ts';

/** Searches in words. */
export const retrieveWords: Words = {
  size: { field: 'numDocuments', title: 'number of documents', unit: 'documents' },
  extents: (problem) => [numberIn(problem, 'numQueries'), numberIn(problem, 'numDocuments')],
  extent(problem) {
    const [queries, documents] = retrieveWords.extents(problem);
    return `${plural(queries, 'query', 'queries')} × ${plural(documents, 'document')}`;
  },
  family(problem) {
    const { storage, rerank } = problem;
    return [
      `embedDim ${numberIn(problem, 'embedDim')}`,
      `k ${numberIn(problem, 'k')}`,
      String(storage),
      ...(typeof rerank === 'number' ? [`rerank ${rerank}`] : []),
    ];
  },
  notes(problem) {
    const { storage } = problem;
    if (!isStorage(storage)) return [];
    const embedDim = numberIn(problem, 'embedDim');
    const bytes = rowBytes(storage, embedDim);
    const beside = storage === 'f32' ? '' : `, and ${4 * embedDim} as f32`;
    return [`A document takes ${bytes} bytes as ${STORAGES[storage].title}${beside}.`];
  },
};

const isStorage = (value: unknown): value is Storage => typeof value === 'string' && value in STORAGES;
