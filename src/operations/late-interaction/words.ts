import type { Words } from '../../core/operation.ts';
import { numberIn, optionWords, plural } from '../../core/words.ts';

/** Late interaction in words. */
export const lateWords: Words = {
  size: { field: 'numQueries', title: 'number of queries', unit: 'queries' },
  extents: (problem) => [numberIn(problem, 'numQueries'), numberIn(problem, 'numDocuments')],
  extent(problem) {
    const [queries, documents] = lateWords.extents(problem);
    return queries === documents
      ? plural(queries, 'pair')
      : `${plural(queries, 'query', 'queries')} × ${plural(documents, 'document')}`;
  },
  family(problem) {
    const { loss, gradients, logitScale, queryLengths, documentLengths } = problem;
    const wanted = Array.isArray(gradients) ? gradients.map(String) : [];
    return [
      `${numberIn(problem, 'queryTokens')} × ${numberIn(problem, 'documentTokens')} tokens`,
      `embedDim ${numberIn(problem, 'embedDim')}`,
      typeof loss === 'string' ? loss : 'scores alone',
      ...(wanted.length === 0 ? [] : [`gradients ${wanted.join(' ')}`]),
      ...(logitScale === 1 ? [] : optionWords('logitScale', logitScale)),
      ...optionWords('queryLengths', queryLengths),
      ...optionWords('documentLengths', documentLengths),
    ];
  },
};
