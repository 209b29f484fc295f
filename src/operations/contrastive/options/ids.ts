import { uniformStream } from '../../../core/random.ts';
import { numOwnCols } from '../problem.ts';
import { listIn, requireEach } from './arguments.ts';
import { optionOfSome, PAIRS } from './option.ts';

/** Follows the columns, each of which has an id. */
export const ids = optionOfSome('equal labels are positives there, not duplicates', {
  name: 'ids',
  title: 'Duplicate ids',
  help: 'columns may be copies of one item, told by equal ids: a copy of a row’s positive is not its negative. Ids are random here, and many come twice',
  flag: '--ids',
  group: PAIRS,
  control: { kind: 'switch' },
  example: 'on',
  arguments: {
    ids(value, problem) {
      const list = listIn('ids', value);
      const { numCols } = problem;
      const lengths = [numOwnCols(problem), numCols];
      requireEach('ids', list, lengths, Number.isSafeInteger, 'whole numbers of at most ±(2⁵³ − 1)');
      return { fields: { ids: true }, data: smallIds(list, numCols) };
    },
  },
  condition: { name: 'IDS', about: 'pairs whose ids are equal are no negatives' },
  data: {
    name: 'ids',
    dtype: 'u32',
    count: ({ numCols }) => numCols,
    values({ numCols }, seed) {
      const uniform = uniformStream(seed + 5);
      return Uint32Array.from({ length: numCols }, () => Math.floor(numCols * uniform()));
    },
  },
  file: {
    argument: 'ids',
    about: 'whole numbers, one a column',
    known: /^(ids?|item_?ids?)$/i,
    as: 'indices',
  },
  random: () => ({ ids: true }),
});

/** Any integers, told apart by small ones. Columns without an id have one of their own. */
function smallIds(ids: ArrayLike<number>, numCols: number): Uint32Array {
  const known = new Map<number, number>();
  return Uint32Array.from({ length: numCols }, (_, column) => {
    const id = ids[column];
    if (id === undefined) return numCols + column;
    const small = known.get(id) ?? known.size;
    known.set(id, small);
    return small;
  });
}
