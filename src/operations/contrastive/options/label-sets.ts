import { requireCount } from '../../../core/checks.ts';
import { UnsupportedError } from '../../../core/errors.ts';
import { optionOfSome, PAIRS } from './option.ts';

/** Each pair compares its column with the labels of its row. */
const MOST_SETS = 64;

/** Comes before the labels, which it counts. */
export const labelSets = optionOfSome('only its rows may have several labels', {
  name: 'labelSets',
  title: 'Labels of each row',
  help: 'info-nce with labels: how many labels each row has; the loss is that of the row once with each of them, in one walk: 3, for example. bce: each of them is one of the row’s right columns',
  flag: '--label-sets <n>',
  group: PAIRS,
  control: { kind: 'count', most: MOST_SETS },
  unset: 'one',
  example: '3',
  exampleWith: { loss: 'info-nce', labels: 'on' },
  arguments: {},
  check({ labelSets: sets, labels, margin, ids, falseNegativeMargin, rowNegatives, metrics, hardest }) {
    if (sets === undefined) return;
    requireCount('labelSets', sets);
    if (labels !== true) throw new UnsupportedError('labelSets makes no sense without labels', 'labelSets');
    const others = { margin, ids, falseNegativeMargin, rowNegatives, metrics, hardest };
    for (const [name, value] of Object.entries(others)) {
      if (value !== undefined && value !== false) {
        throw new UnsupportedError(
          `${name} needs the one positive of each row, and rows have several labels`,
          name,
        );
      }
    }
  },
  condition: { name: 'LABEL_SETS', about: 'each row has several labels' },
  random: (draw) => ({ labelSets: draw.int(1, 3) }),
});
