import { uniformStream } from '../../../core/random.ts';
import type { ContrastiveProblem } from '../problem.ts';
import { listIn, requireEach } from './arguments.ts';
import { optionOfSome, PAIRS } from './option.ts';

const LARGEST_CLASS = 2 ** 32 - 1;

/** Classes of seeded rows and columns: a third as many as rows, so that some have one member. */
export const numClasses = ({ numRows }: ContrastiveProblem): number => Math.ceil(numRows / 3);

/** Decides whether there is a y, and comes before what asks for it. */
export const columnLabels = optionOfSome('only classes are of rows and of columns', {
  name: 'columnLabels',
  title: 'Classes of columns',
  help: 'sup-con: there is a y, whose rows have classes of their own: all of the class of a row of x are its positives. Classes are random here',
  flag: '--column-labels',
  group: PAIRS,
  control: { kind: 'switch' },
  example: 'on',
  exampleWith: { loss: 'sup-con' },
  arguments: {
    columnLabels(value, { numCols }) {
      const list = listIn('columnLabels', value);
      requireEach(
        'columnLabels',
        list,
        [numCols],
        (label) => Number.isInteger(label) && label >= 0 && label <= LARGEST_CLASS,
        `whole numbers from 0 to ${LARGEST_CLASS} (2³² − 1)`,
      );
      return { fields: { columnLabels: true }, data: Uint32Array.from(list) };
    },
  },
  condition: { name: 'COLUMN_LABELS', about: 'columns have classes of their own' },
  data: {
    name: 'columnLabels',
    dtype: 'u32',
    count: ({ numCols }) => numCols,
    values(problem, seed) {
      const uniform = uniformStream(seed + 9);
      return Uint32Array.from({ length: problem.numCols }, () => Math.floor(numClasses(problem) * uniform()));
    },
  },
  file: {
    argument: 'columnLabels',
    about: 'classes of the rows of y',
    known: /^(column|y)_?(labels?|targets?|classes)$/i,
    as: 'indices',
  },
  random: () => ({ columnLabels: true }),
});
