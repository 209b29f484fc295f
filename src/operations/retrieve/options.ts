import { BASIC, optionsOf, type Option } from '../../core/option.ts';
import type { RetrieveArgs } from './api.ts';
import { MOST_LISTED } from './limits.ts';
import type { RetrieveProblem } from './problem.ts';
import { STORAGES } from './storage.ts';

const option = optionsOf<RetrieveProblem, RetrieveArgs>();

/** The tensors of a call tell their shapes. */
const FROM_TENSORS = {};

export const retrieveOptions: readonly Option<RetrieveProblem>[] = [
  option({
    name: 'numDocuments',
    title: 'Documents N',
    help: 'documents that are searched: 100000, for example',
    flag: '--sizes <numbers>',
    group: BASIC,
    control: { kind: 'count', most: 2 ** 24 },
    initial: { cpu: '4096', gpu: '100000' },
    sizes: {
      usual: [1024, 4096, 16384, 65536, 100000, 262144, 1000000],
      initial: { cpu: '1024, 4096', gpu: '16384, 65536' },
    },
    alsoCalled: ['document.shape'],
    example: '300',
    arguments: FROM_TENSORS,
  }),
  option({
    name: 'numQueries',
    title: 'Queries Q',
    help: 'queries, each of which gets a list of its own',
    flag: '--queries <n>',
    group: BASIC,
    control: { kind: 'count', most: 2 ** 20 },
    initial: '64',
    alsoCalled: ['query.shape'],
    example: '9',
    arguments: FROM_TENSORS,
  }),
  option({
    name: 'embedDim',
    title: 'Embedding dim',
    help: 'how many numbers each embedding has: 384, for example',
    flag: '--embed-dim <n>',
    group: BASIC,
    control: { kind: 'count', most: 8192 },
    initial: { cpu: '64', gpu: '384' },
    example: '32',
    arguments: FROM_TENSORS,
  }),
  option({
    name: 'k',
    title: 'Documents listed',
    help: `how many documents are listed for each query: the nearest, 1 to ${MOST_LISTED}`,
    flag: '--k <n>',
    group: BASIC,
    control: { kind: 'count', most: MOST_LISTED },
    unset: '10, or all',
    example: '5',
    anySize: true,
  }),
  option({
    name: 'storage',
    title: 'Storage',
    help: 'how documents are held: f32; f16; int8 with a scale for each document; binary, the signs alone',
    flag: '--storage <name>',
    group: BASIC,
    control: {
      kind: 'choice',
      choices: Object.entries(STORAGES).map(([value, { title }]) => ({ value, label: title })),
    },
    example: 'int8',
    anySize: true,
    apply: (storage) => ({ storage: storage as RetrieveProblem['storage'] }),
  }),
  option({
    name: 'rerank',
    title: 'Candidates',
    help: `f16, int8, binary: how many of the nearest are compared once more in f32, k to ${MOST_LISTED}`,
    flag: '--rerank <n>',
    group: BASIC,
    control: { kind: 'count', most: MOST_LISTED },
    unset: 'none',
    example: '40',
    exampleWith: { storage: 'binary' },
    anySize: true,
  }),
];
