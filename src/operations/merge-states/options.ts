import { BASIC, optionsOf, type Option } from '../../core/option.ts';
import { MAX_HEAD_DIM } from '../attention/problem.ts';
import type { MergeStatesProblem } from './problem.ts';

const option = optionsOf<MergeStatesProblem>();

export const mergeStatesOptions: readonly Option<MergeStatesProblem>[] = [
  option({
    name: 'numStates',
    title: 'States',
    help: 'states to put together, each over keys of its own',
    flag: '--states <n>',
    group: BASIC,
    control: { kind: 'count', most: 1024 },
    initial: '4',
    example: '3',
  }),
  option({
    name: 'numRows',
    title: 'Rows',
    help: 'rows of each state: batch · heads · queries',
    flag: '--sizes <numbers>',
    group: BASIC,
    control: { kind: 'count', most: 2 ** 24 },
    initial: { cpu: '4096', gpu: '65536' },
    sizes: {
      usual: [1024, 4096, 16384, 65536, 262144],
      initial: { cpu: '1024, 4096', gpu: '16384, 65536' },
    },
    example: '100',
  }),
  option({
    name: 'headDimV',
    title: 'Value dim',
    help: 'width of value and output',
    flag: '--head-dim-v <n>',
    group: BASIC,
    control: { kind: 'count', most: MAX_HEAD_DIM },
    initial: '64',
    example: '16',
  }),
];
