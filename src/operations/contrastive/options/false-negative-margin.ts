import { requireFinite } from '../../../core/checks.ts';
import { UnsupportedError } from '../../../core/errors.ts';
import { f32 } from '../../../core/plan.ts';
import { lossOf } from '../losses/index.ts';
import { positiveScale } from './arguments.ts';
import { optionOfSome, PAIRS } from './option.ts';

export const falseNegativeMargin = optionOfSome('it needs the one positive of each row to compare with', {
  name: 'falseNegativeMargin',
  title: 'False-negative margin',
  help: 'leave out columns that are more similar than the positive by more than this, in units of similarity: 0.1, for example. They may be positives that nobody labelled',
  flag: '--false-negative-margin <x>',
  group: PAIRS,
  control: { kind: 'number', least: -100, most: 100 },
  unset: 'none',
  example: '0.1',
  check({ loss, falseNegativeMargin: margin, logitScale, rowScales }) {
    if (margin === undefined) return;
    requireFinite('falseNegativeMargin', margin);
    if (!(logitScale > 0)) throw positiveScale('falseNegativeMargin', logitScale);
    if (rowScales === true && lossOf(loss).symmetric) {
      throw new UnsupportedError(
        `falseNegativeMargin with a logitScale per row makes no sense with loss '${loss}': a column would compare similarities of different scales`,
        'falseNegativeMargin',
      );
    }
  },
  condition: {
    name: 'FALSE_NEGATIVES',
    about: 'leave out negatives that are more similar than the positive',
  },
  uniforms: ({ falseNegativeMargin: margin = 0 }) => [f32('false_negative_margin', margin)],
  random: (draw) => ({ falseNegativeMargin: draw.oneOf(0, 0.2) }),
  anySize: true,
});
