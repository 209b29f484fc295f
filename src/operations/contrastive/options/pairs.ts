import { requireFinite } from '../../../core/checks.ts';
import { UnsupportedError } from '../../../core/errors.ts';
import { f32 } from '../../../core/plan.ts';
import { lossOf } from '../losses/index.ts';
import { option, optionOfSome } from './option.ts';
import { positiveScale } from './positive-scale.ts';

const MOST_ROWS = 2 ** 24;
const PAIRS = 'Positives and negatives';

export const oneTensor = option({
  name: 'oneTensor',
  title: 'One tensor',
  help: 'dcl, dclw: compare the rows of x with each other, two views one below the other',
  flag: '--one-tensor',
  group: PAIRS,
  control: { kind: 'switch' },
  example: 'on',
  exampleWith: { loss: 'dcl' },
});

/** Negatives that follow y, before the number of columns that they add to. */
const extraCols = optionOfSome('rows and columns are the same tensor there', {
  name: 'extraCols',
  random: (draw) => ({ extraCols: draw.int(1, 20) }),
  title: 'Shared negatives',
  help: 'hard negatives or a queue of earlier batches, below y: negatives of every row, without a gradient',
  flag: '--shared-negatives <n>',
  group: PAIRS,
  control: { kind: 'count', most: MOST_ROWS },
  unset: 'none',
  example: '24',
  check({ extraCols: below, oneTensor: alone }) {
    if (below !== undefined && alone === true) {
      throw new UnsupportedError(
        'hardNegatives and queue need y: without it, rows and columns are the same tensor',
        'extraCols',
      );
    }
  },
});

const numCols = option({
  name: 'numCols',
  title: 'Rows of y',
  help: 'where they are more than those of x, shared negatives aside; fewer need labels',
  flag: '--columns <n>',
  group: PAIRS,
  control: { kind: 'count', most: MOST_ROWS },
  unset: 'as N',
  alsoCalled: ['y.shape'],
  example: '160',
  exampleWith: { loss: 'info-nce' },
  apply: (own, { extraCols: below = 0 }) => ({ numCols: own + below }),
});

export const PAIR_OPTIONS = [
  extraCols,
  numCols,
  optionOfSome('it needs a softmax over one positive and negatives', {
    name: 'rowNegatives',
    random: (draw) => ({ rowNegatives: draw.int(1, 3) }),
    title: 'Negatives of each row',
    help: 'hard negatives that each row has for itself, without a gradient',
    flag: '--row-negatives <n>',
    group: PAIRS,
    control: { kind: 'count', most: 4096 },
    unset: 'none',
    example: '3',
  }),
  option({
    name: 'labels',
    random: () => ({ labels: true }),
    title: 'Labels',
    help: 'info-nce, dcl, dclw: each row has its positive in any column, by random labels',
    flag: '--labels',
    group: PAIRS,
    control: { kind: 'switch' },
    example: 'on',
    exampleWith: { loss: 'info-nce' },
    condition: {
      name: 'KEYED',
      about: 'each line has a key, which tells its positives',
      when: ({ loss, labels }) => labels === true || lossOf(loss).labels === 'classes',
    },
  }),
  optionOfSome('equal labels are positives there, not duplicates', {
    name: 'ids',
    random: () => ({ ids: true }),
    title: 'Duplicate ids',
    help: 'columns that are the same item as a row’s positive are not its negatives; every other id comes twice',
    flag: '--ids',
    group: PAIRS,
    control: { kind: 'switch' },
    example: 'on',
    condition: { name: 'IDS', about: 'pairs whose ids are equal are no negatives' },
  }),
  optionOfSome('it needs the one positive of each row to compare with', {
    name: 'falseNegativeMargin',
    random: (draw) => ({ falseNegativeMargin: draw.oneOf(0, 0.2) }),
    title: 'False-negative margin',
    help: 'columns more similar than the positive by more than this are not negatives',
    flag: '--false-negative-margin <x>',
    group: PAIRS,
    control: { kind: 'number', least: -100, most: 100 },
    unset: 'none',
    example: '0.1',
    check({ loss, falseNegativeMargin, logitScale, rowScales }) {
      if (falseNegativeMargin === undefined) return;
      requireFinite('falseNegativeMargin', falseNegativeMargin);
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
    uniforms: ({ falseNegativeMargin = 0 }) => [f32('false_negative_margin', falseNegativeMargin)],
  }),
];
