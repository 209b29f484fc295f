import { BASIC } from '../../../core/option.ts';
import { MAX_HEAD_DIM } from '../problem.ts';
import { option } from './option.ts';

const MOST_TOKENS = 2 ** 24;
const MOST_HEADS = 1024;
const SHAPE = 'Shape';

/** The shapes of a call's tensors say how large it is. */
const FROM_TENSORS = {};

export const seqLenQ = option({
  name: 'seqLenQ',
  title: 'Sequence length',
  help: 'how many queries there are, if not as many as keys: 1 for a step of decoding',
  flag: '--queries <n>',
  group: BASIC,
  control: { kind: 'count', most: MOST_TOKENS },
  initial: { cpu: '128', gpu: '1024' },
  sizes: {
    usual: [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384],
    initial: { cpu: '64, 128, 256', gpu: '256, 512, 1024, 2048' },
  },
  example: '48',
  arguments: FROM_TENSORS,
});

export const numHeads = option({
  name: 'numHeads',
  title: 'Heads',
  help: 'how many query heads there are: 8, for example',
  flag: '--heads <n>',
  group: BASIC,
  control: { kind: 'count', most: MOST_HEADS },
  initial: { cpu: '2', gpu: '8' },
  example: '6',
  arguments: FROM_TENSORS,
});

export const headDim = option({
  name: 'headDim',
  title: 'Head dim',
  help: 'how many numbers query and key have in each head: 64, for example',
  flag: '--head-dim <n>',
  group: BASIC,
  control: { kind: 'count', most: MAX_HEAD_DIM },
  initial: '64',
  example: '32',
  arguments: FROM_TENSORS,
});

export const batch = option({
  name: 'batch',
  title: 'Batch',
  help: 'how many sequences there are: 2, for example',
  flag: '--batch <n>',
  group: SHAPE,
  control: { kind: 'count', most: MOST_HEADS },
  initial: '1',
  example: '3',
  arguments: FROM_TENSORS,
});

export const seqLenKV = option({
  name: 'seqLenKV',
  title: 'Key length',
  help: 'how many keys there are, if not as many as queries: 4096, for example',
  flag: '--keys <n>',
  group: SHAPE,
  control: { kind: 'count', most: MOST_TOKENS },
  unset: 'as queries',
  example: '80',
  arguments: FROM_TENSORS,
});

export const numKVHeads = option({
  name: 'numKVHeads',
  title: 'KV heads',
  help: 'how many heads key and value have, a divisor of the query heads: 2 for 8 query heads is GQA, 1 is MQA',
  flag: '--kv-heads <n>',
  group: SHAPE,
  control: { kind: 'count', most: MOST_HEADS },
  unset: 'as heads',
  example: '1',
  exampleWith: { numHeads: '2' },
  arguments: FROM_TENSORS,
});

export const headDimV = option({
  name: 'headDimV',
  title: 'Value dim',
  help: 'how many numbers value and output have in each head, if not as many as query and key',
  flag: '--head-dim-v <n>',
  group: SHAPE,
  control: { kind: 'count', most: MAX_HEAD_DIM },
  unset: 'as head dim',
  example: '16',
  arguments: FROM_TENSORS,
});

export const SHAPE_OPTIONS = [seqLenQ, numHeads, headDim, batch, seqLenKV, numKVHeads, headDimV];
