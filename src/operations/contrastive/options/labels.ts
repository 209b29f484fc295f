import { uniformStream } from '../../../core/random.ts';
import { withDropped } from '../dropped-rows.ts';
import { lossOf } from '../losses/index.ts';
import { numOwnCols, type ContrastiveProblem } from '../problem.ts';
import { listIn, requireEach } from './arguments.ts';
import { option, PAIRS } from './option.ts';

const areClasses = ({ loss }: ContrastiveProblem): boolean => lossOf(loss).labels === 'classes';

/** Losses with classes have labels always. */
const hasLabels = (problem: ContrastiveProblem): boolean => problem.labels === true || areClasses(problem);

/** Follows the columns, which labels name. */
export const labels = option({
  name: 'labels',
  title: 'Labels',
  help: 'info-nce, dcl, dclw: the positive of a row may be any column, which a label names (random here); else it is the column of the same number',
  flag: '--labels',
  group: PAIRS,
  control: { kind: 'switch' },
  example: 'on',
  exampleWith: { loss: 'info-nce' },
  arguments: {
    labels(value, problem) {
      const list = listIn('labels', value);
      const { ignoreIndex } = problem;
      const classes = areClasses(problem);
      const most = classes ? 2 ** 32 - 1 : numOwnCols(problem) - 1;
      requireEach(
        'labels',
        list,
        [problem.numRows],
        (label) => label === ignoreIndex || (Number.isInteger(label) && label >= 0 && label <= most),
        (classes ? `whole numbers from 0 to ${most} (2³² − 1)` : `columns from 0 to ${most}`) +
          (ignoreIndex === undefined ? '' : `, or ignoreIndex ${ignoreIndex}`),
      );
      const data = ignoreIndex === undefined ? Uint32Array.from(list) : withDropped(list, ignoreIndex);
      return { fields: classes ? {} : { labels: true }, data };
    },
  },
  condition: { name: 'KEYED', about: 'each line has a key, which tells its positives', when: hasLabels },
  data: {
    name: 'labels',
    dtype: 'u32',
    when: hasLabels,
    count: ({ numRows, ignoreIndex }) => numRows + (ignoreIndex === undefined ? 0 : 1),
    // Any column; or small classes, some of which have one member.
    values(problem, seed) {
      const { numRows, ignoreIndex } = problem;
      const uniform = uniformStream(seed + 2);
      const values = areClasses(problem) ? Math.ceil(numRows / 3) : numOwnCols(problem);
      const labelOf = () => Math.floor(values * uniform());
      if (ignoreIndex === undefined) return Uint32Array.from({ length: numRows }, labelOf);
      const kept = () => uniform() < 0.75;
      return withDropped(
        Array.from({ length: numRows }, () => (kept() ? labelOf() : ignoreIndex)),
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
