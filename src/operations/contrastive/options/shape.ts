import { BASIC } from '../../../core/option.ts';
import { MOST_ROWS, option, PAIRS } from './option.ts';

/** The tensors of a call tell their shapes. */
const FROM_TENSORS = {};

export const numRows = option({
  name: 'numRows',
  title: 'Batch size N',
  help: 'rows of x, the batch size: 1024, for example',
  flag: '--sizes <numbers>',
  group: BASIC,
  control: { kind: 'count', most: MOST_ROWS },
  initial: { cpu: '128', gpu: '1024' },
  sizes: {
    usual: [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768],
    initial: { cpu: '64, 128, 256', gpu: '512, 1024, 2048, 4096' },
  },
  alsoCalled: ['x.shape'],
  example: '96',
  arguments: FROM_TENSORS,
});

export const embedDim = option({
  name: 'embedDim',
  title: 'Embedding dim',
  help: 'how many numbers each embedding has: 512, for example',
  flag: '--embed-dim <n>',
  group: BASIC,
  control: { kind: 'count', most: 8192 },
  initial: { cpu: '64', gpu: '512' },
  example: '32',
  arguments: FROM_TENSORS,
});

export const oneTensor = option({
  name: 'oneTensor',
  title: 'One tensor',
  help: 'dcl, dclw: there is no y; x holds two views, one below the other, so with 64 rows the first belongs to the 33rd',
  flag: '--one-tensor',
  group: PAIRS,
  control: { kind: 'switch' },
  example: 'on',
  exampleWith: { loss: 'dcl' },
  arguments: FROM_TENSORS,
});

export const numCols = option({
  name: 'numCols',
  title: 'Rows of y',
  help: 'how many rows y has, shared negatives aside: 160 candidates for 96 rows of x, for example. clip and siglip need as many as x has; others need labels if there are fewer',
  flag: '--columns <n>',
  group: PAIRS,
  control: { kind: 'count', most: MOST_ROWS },
  unset: 'as N',
  alsoCalled: ['y.shape'],
  example: '160',
  exampleWith: { loss: 'info-nce' },
  apply: (own, { extraCols: below = 0 }) => ({ numCols: own + below }),
  arguments: FROM_TENSORS,
});
