import { ShapeError } from '../../core/errors.ts';
import { BASIC, optionsOf, type Option } from '../../core/option.ts';
import { describe } from '../../core/tensor.ts';
import { lengthsIn } from '../attention/options/arguments.ts';
import type { LateArgs } from './api.ts';
import { LATE_GRADIENTS, LATE_LOSSES, type LateProblem } from './problem.ts';

const option = optionsOf<LateProblem, LateArgs>();

/** The tensors of a call tell their shapes. */
const FROM_TENSORS = {};
const LOSS = 'Loss';

const NO_LOSS = 'none';
const isLoss = (text: string): text is (typeof LATE_LOSSES)[number] =>
  LATE_LOSSES.some((known) => known === text);
const isGradient = (text: string): text is (typeof LATE_GRADIENTS)[number] =>
  LATE_GRADIENTS.some((known) => known === text);

/** A list over and over, up to `count` entries. */
const repeated = (lengths: readonly number[], count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => lengths[at % lengths.length] ?? 0);

export const lateOptions: readonly Option<LateProblem>[] = [
  option({
    name: 'numQueries',
    title: 'Queries Q',
    help: 'queries, and documents if nothing else is said: the size of the batch',
    flag: '--sizes <numbers>',
    group: BASIC,
    control: { kind: 'count', most: 2 ** 20 },
    initial: { cpu: '8', gpu: '64' },
    sizes: { usual: [4, 8, 16, 32, 64, 128, 256], initial: { cpu: '4, 8', gpu: '32, 64' } },
    alsoCalled: ['query.shape'],
    example: '5',
    arguments: FROM_TENSORS,
  }),
  option({
    name: 'numDocuments',
    title: 'Documents N',
    help: 'documents, each of which is compared with every query',
    flag: '--num-documents <n>',
    group: BASIC,
    control: { kind: 'count', most: 2 ** 20 },
    unset: 'as queries',
    alsoCalled: ['document.shape'],
    example: '7',
    exampleWith: { loss: NO_LOSS },
    arguments: FROM_TENSORS,
  }),
  option({
    name: 'queryTokens',
    title: 'Query tokens',
    help: 'tokens of each query',
    flag: '--query-tokens <n>',
    group: BASIC,
    control: { kind: 'count', most: 2 ** 16 },
    initial: '32',
    example: '9',
    arguments: FROM_TENSORS,
  }),
  option({
    name: 'documentTokens',
    title: 'Document tokens',
    help: 'tokens of each document',
    flag: '--document-tokens <n>',
    group: BASIC,
    control: { kind: 'count', most: 2 ** 20 },
    initial: { cpu: '64', gpu: '256' },
    example: '20',
    arguments: FROM_TENSORS,
  }),
  option({
    name: 'embedDim',
    title: 'Embedding dim',
    help: 'how many numbers each token has: 128, for example',
    flag: '--embed-dim <n>',
    group: BASIC,
    control: { kind: 'count', most: 8192 },
    initial: { cpu: '32', gpu: '128' },
    example: '16',
    arguments: FROM_TENSORS,
  }),
  option({
    name: 'queryLengths',
    title: 'Lengths of queries',
    help: 'how many tokens of each query count, a list that is repeated: with 30,7 every other query has 7; the rest is padding',
    flag: '--query-lengths <numbers>',
    group: 'Lengths',
    control: { kind: 'counts', most: 2 ** 16 },
    unset: 'all',
    example: '9,0,3',
    apply: (lengths, { numQueries = lengths.length }) => ({ queryLengths: repeated(lengths, numQueries) }),
    arguments: { queryLengths: (value) => ({ fields: { queryLengths: lengthsIn('queryLengths', value) } }) },
  }),
  option({
    name: 'documentLengths',
    title: 'Lengths of documents',
    help: 'how many tokens of each document count, a list that is repeated: 200,31, for example',
    flag: '--document-lengths <numbers>',
    group: 'Lengths',
    control: { kind: 'counts', most: 2 ** 20 },
    unset: 'all',
    example: '9,1,3',
    apply: (lengths, { numQueries = lengths.length, numDocuments = numQueries }) => ({
      documentLengths: repeated(lengths, numDocuments),
    }),
    arguments: {
      documentLengths: (value) => ({ fields: { documentLengths: lengthsIn('documentLengths', value) } }),
    },
  }),
  option({
    name: 'loss',
    title: 'Loss',
    help: 'the loss of the scores, with the positives on the diagonal: info-nce of queries, clip of queries and documents; or none',
    flag: '--loss <name>',
    group: LOSS,
    control: {
      kind: 'choice',
      choices: [NO_LOSS, ...LATE_LOSSES].map((value) => ({ value, label: value })),
    },
    example: 'info-nce',
    apply: (loss) => (isLoss(loss) ? { loss } : { loss: undefined, gradients: [] }),
    anySize: true,
  }),
  option({
    name: 'logitScale',
    title: 'Logit scale',
    help: 'scores are multiplied by this in the loss, 1 / temperature',
    flag: '--logit-scale <x>',
    group: LOSS,
    control: { kind: 'number', above: 0, most: 1000 },
    unset: '1',
    example: '2',
    anySize: true,
  }),
  option({
    name: 'gradients',
    title: 'Gradients',
    help: 'which gradients to compute beside the loss: some of query, document and logitScale, separated by commas; all; or none',
    flag: '--gradients <names>',
    group: LOSS,
    control: { kind: 'choices', choices: LATE_GRADIENTS.map((value) => ({ value, label: value })) },
    example: 'query',
    exampleWith: { loss: 'info-nce' },
    arguments: {
      gradients(value) {
        if (!Array.isArray(value)) throw new ShapeError('gradients', 'a list', describe(value));
        return { fields: { gradients: value } };
      },
    },
    // There is none of scores alone.
    apply: (wanted, { loss }) => ({ gradients: loss === undefined ? [] : wanted.filter(isGradient) }),
    anySize: true,
  }),
];
