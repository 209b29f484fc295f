import { BASIC, optionsOf, type Option } from '../../core/option.ts';
import { causal } from '../attention/options/causal.ts';
import { dtype } from '../attention/options/precision.ts';
import {
  batch,
  headDim,
  headDimV,
  numHeads,
  numKVHeads,
  seqLenKV,
  seqLenQ,
} from '../attention/options/shape.ts';
import { softcap } from '../attention/options/softcap.ts';
import { softmaxScale } from '../attention/options/softmax-scale.ts';
import type { SharedPrefixProblem } from './problem.ts';

/** Keys are the size here. */
const { sizes: _, ...queries } = seqLenQ;
const { unset: __, ...keys } = seqLenKV;
const usual = [256, 512, 1024, 2048, 4096, 8192, 16384];

/** Attention's, as far as a prefix can be shared with them: a batch that decodes after one prompt. */
export const sharedPrefixOptions: readonly Option<SharedPrefixProblem>[] = [
  { ...batch, group: BASIC, initial: { cpu: '4', gpu: '16' } },
  { ...queries, title: 'Queries', help: 'queries of each entry', initial: '1', example: '2' },
  {
    ...keys,
    title: 'Keys',
    help: 'keys of each entry, the shared ones among them',
    group: BASIC,
    sizes: { usual, initial: { cpu: '160', gpu: '2304' } },
    initial: { cpu: '160', gpu: '2304' },
    example: '200',
  },
  optionsOf<SharedPrefixProblem>()({
    name: 'prefixLen',
    title: 'Keys shared',
    help: 'how many of the keys all entries share, the first ones',
    flag: '--prefix <n>',
    group: BASIC,
    control: { kind: 'count', most: 2 ** 24 },
    unset: 'half of them',
    initial: { cpu: '128', gpu: '2048' },
    example: '40',
    // The tensors of a call say it.
    arguments: {},
    exampleWith: { seqLenKV: '80' },
  }),
  { ...numHeads, initial: { cpu: '4', gpu: '32' }, example: '8' },
  { ...numKVHeads, initial: { cpu: '2', gpu: '8' } },
  { ...headDim, group: numKVHeads.group },
  headDimV,
  { ...causal, group: 'Masks', initial: 'bottom-right' },
  softcap,
  softmaxScale,
  dtype,
];
