import type { Words } from '../../core/operation.ts';
import { numberIn, optionWords, plural } from '../../core/words.ts';
import { LOSSES, lossOf } from './losses/index.ts';

/** Contrastive problems in words. */
export const contrastiveWords: Words = {
  size: { field: 'numRows', title: 'rows of the batch', unit: 'rows' },
  extents: (problem) => [numberIn(problem, 'numRows'), numberIn(problem, 'numCols')],
  extent(problem) {
    const [rows, columns] = contrastiveWords.extents(problem);
    return rows === columns ? plural(rows, 'row') : `${rows} × ${columns} rows`;
  },
  family(problem) {
    const { loss, gradients, reduction } = problem;
    const wanted = Array.isArray(gradients) ? gradients.map(String) : [];
    return [
      String(loss),
      `embedDim ${numberIn(problem, 'embedDim')}`,
      wanted.length === 0 ? 'loss alone' : `gradients ${wanted.join(' ')}`,
      ...(reduction === 'sum' || reduction === 'none' ? [`reduction ${reduction}`] : []),
      ...Object.entries(problem).flatMap(([name, value]) =>
        TOLD_ELSEWHERE.includes(name) ? [] : optionWords(name, value),
      ),
    ];
  },
  work: {
    unit: 'U = 2 · N · M · D FLOP, all rows times all columns once.',
    about:
      'How often all rows are multiplied with all columns, 2 · N · M · D FLOP each. For CLIP with both gradients naive takes 3 U ' +
      'and keeps the matrix; Inf-CL, as published, takes 10 U.',
    published({ loss, gradients }) {
      const wanted = Array.isArray(gradients) ? gradients : [];
      const known = LOSSES.find((id) => id === loss);
      const { publishedWork } = known === undefined ? {} : lossOf(known);
      const both = wanted.includes('x') && wanted.includes('y');
      return publishedWork !== undefined && both ? [publishedWork] : [];
    },
  },
};

/** Fields that every contrastive problem has. The others were asked for. */
const TOLD_ELSEWHERE: readonly string[] = [
  ...['loss', 'numRows', 'numCols', 'embedDim', 'logitScale', 'gradients', 'reduction'],
];
