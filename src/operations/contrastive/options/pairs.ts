import { optionsOf } from '../../../core/option.ts';
import type { ContrastiveProblem } from '../problem.ts';

const option = optionsOf<ContrastiveProblem>();

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
const extraCols = option({
  name: 'extraCols',
  title: 'Shared negatives',
  help: 'hard negatives or a queue of earlier batches, below y: negatives of every row, without a gradient',
  flag: '--shared-negatives <n>',
  group: PAIRS,
  control: { kind: 'count', most: MOST_ROWS },
  unset: 'none',
  example: '24',
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
  option({
    name: 'rowNegatives',
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
    title: 'Labels',
    help: 'info-nce, dcl, dclw: each row has its positive in any column, by random labels',
    flag: '--labels',
    group: PAIRS,
    control: { kind: 'switch' },
    example: 'on',
    exampleWith: { loss: 'info-nce' },
  }),
  option({
    name: 'ids',
    title: 'Duplicate ids',
    help: 'columns that are the same item as a row’s positive are not its negatives; every other id comes twice',
    flag: '--ids',
    group: PAIRS,
    control: { kind: 'switch' },
    example: 'on',
  }),
  option({
    name: 'falseNegativeMargin',
    title: 'False-negative margin',
    help: 'columns more similar than the positive by more than this are not negatives',
    flag: '--false-negative-margin <x>',
    group: PAIRS,
    control: { kind: 'number', least: -100, most: 100 },
    unset: 'none',
    example: '0.1',
  }),
];
