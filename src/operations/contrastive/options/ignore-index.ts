import { ShapeError, UnsupportedError } from '../../../core/errors.ts';
import { u32 } from '../../../core/plan.ts';
import { optionOfSome, PAIRS } from './option.ts';

/** Comes before the labels, which it reads. */
export const ignoreIndex = optionOfSome('only its rows are dropped one by one', {
  name: 'ignoreIndex',
  title: 'Ignored label',
  help: 'info-nce with labels: rows with this label are dropped: no loss, no gradient, and the mean is over the others; -100, for example. A quarter of the rows has it here. bce: it stands for no label',
  flag: '--ignore-index <n>',
  group: PAIRS,
  control: { kind: 'number', least: -1e9, most: 1e9 },
  unset: 'none',
  example: '-100',
  exampleWith: { loss: 'info-nce', labels: 'on' },
  check({ ignoreIndex: label, labels, metrics }) {
    if (label === undefined) return;
    if (!Number.isSafeInteger(label)) throw new ShapeError('ignoreIndex', 'a whole number', String(label));
    if (labels !== true)
      throw new UnsupportedError('ignoreIndex makes no sense without labels', 'ignoreIndex');
    if (metrics === true) {
      throw new UnsupportedError(
        'ignoreIndex with metrics is refused: ranks are those of all rows',
        'ignoreIndex',
      );
    }
  },
  condition: { name: 'DROPPED', about: 'rows whose label says so have no part in the loss' },
  uniforms: ({ ignoreIndex: label, labelSets, reduction, numRows }) => [
    u32('mean_rows', (label ?? labelSets) !== undefined && reduction === 'mean' ? numRows : 0),
  ],
  random: () => ({ ignoreIndex: -100 }),
});
