import { ShapeError, UnsupportedError } from '../../../core/errors.ts';
import { uniformStream } from '../../../core/random.ts';
import { describe } from '../../../core/tensor.ts';
import { withDropped } from '../dropped-rows.ts';
import { lossOf } from '../losses/index.ts';
import { numOwnCols, type ContrastiveProblem } from '../problem.ts';
import { numClasses } from './column-labels.ts';
import { listIn, requireEach } from './arguments.ts';
import { option, PAIRS } from './option.ts';

const areClasses = ({ loss }: ContrastiveProblem): boolean => lossOf(loss).labels === 'classes';

/** Losses with classes have labels always. */
const hasLabels = (problem: ContrastiveProblem): boolean => problem.labels === true || areClasses(problem);

const numLabels = ({ numRows, labelSets = 1 }: ContrastiveProblem): number => numRows * labelSets;

/** Whether the number of labels that are kept follows them. */
const countsLabels = ({ ignoreIndex, labelSets }: ContrastiveProblem): boolean =>
  ignoreIndex !== undefined || labelSets !== undefined;

/** Labels that are [N, S]: S of each row. */
function setsOf(
  value: unknown,
  { numRows, loss }: ContrastiveProblem,
): { readonly count: number; readonly data: unknown } | undefined {
  if (typeof value !== 'object' || value === null || !('shape' in value) || !('data' in value))
    return undefined;
  if (!lossOf(loss).options.includes('labelSets')) {
    throw new UnsupportedError(`labels of several sets make no sense with loss '${loss}'`, 'labels');
  }
  const { shape, data } = value;
  const extents: readonly unknown[] = Array.isArray(shape) ? shape : [];
  const [rows, count] = extents;
  if (extents.length !== 2 || rows !== numRows || !isCount(count)) {
    throw new ShapeError('labels.shape', `[${numRows}, labels of each row]`, describe(shape));
  }
  return { count, data };
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;

/** Follows the columns, which labels name. */
export const labels = option({
  name: 'labels',
  title: 'Labels',
  help: 'info-nce, dcl, dclw: the positive of a row may be any column, which a label names (random here); else it is the column of the same number. bce always has labels',
  flag: '--labels',
  group: PAIRS,
  control: { kind: 'switch' },
  example: 'on',
  exampleWith: { loss: 'info-nce' },
  arguments: {
    labels(value, problem) {
      const sets = setsOf(value, problem);
      const list = listIn('labels', sets === undefined ? value : sets.data);
      const { ignoreIndex } = problem;
      const classes = areClasses(problem);
      const most = classes ? 2 ** 32 - 1 : numOwnCols(problem) - 1;
      requireEach(
        'labels',
        list,
        [problem.numRows * (sets?.count ?? 1)],
        (label) => label === ignoreIndex || (Number.isInteger(label) && label >= 0 && label <= most),
        (classes ? `whole numbers from 0 to ${most} (2³² − 1)` : `columns from 0 to ${most}`) +
          (ignoreIndex === undefined ? '' : `, or ignoreIndex ${ignoreIndex}`),
      );
      if (sets !== undefined)
        return { fields: { labels: true, labelSets: sets.count }, data: withDropped(list, ignoreIndex) };
      const data = countsLabels(problem) ? withDropped(list, ignoreIndex) : Uint32Array.from(list);
      return { fields: classes ? {} : { labels: true }, data };
    },
  },
  condition: { name: 'KEYED', about: 'each line has a key, which tells its positives', when: hasLabels },
  data: {
    name: 'labels',
    dtype: 'u32',
    when: hasLabels,
    count: (problem) => numLabels(problem) + (countsLabels(problem) ? 1 : 0),
    // Any column; or small classes, some of which have one member.
    values(problem, seed) {
      const { ignoreIndex } = problem;
      const length = numLabels(problem);
      const uniform = uniformStream(seed + 2);
      const values = areClasses(problem) ? numClasses(problem) : numOwnCols(problem);
      const labelOf = () => Math.floor(values * uniform());
      if (!countsLabels(problem)) return Uint32Array.from({ length }, labelOf);
      const kept = () => ignoreIndex === undefined || uniform() < 0.75;
      return withDropped(
        Array.from({ length }, () => (kept() ? labelOf() : (ignoreIndex ?? NaN))),
        ignoreIndex,
      );
    },
  },
  file: {
    argument: 'labels',
    about: 'whole numbers, one a row',
    known: /^(labels?|targets?|classes)$/i,
    as: 'indices',
  },
  random: () => ({ labels: true }),
});
