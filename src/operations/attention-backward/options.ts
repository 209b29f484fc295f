import { optionsOf, type Option } from '../../core/option.ts';
import { attentionOptions } from '../attention/options/index.ts';
import type { AttentionBackwardProblem } from './problem.ts';

/** Attention's, and what only gradients have. */
export const attentionBackwardOptions: readonly Option<AttentionBackwardProblem>[] = [
  ...attentionOptions,
  optionsOf<AttentionBackwardProblem>()({
    name: 'lseGrad',
    title: 'Gradient of the lse',
    help: 'the lse has a gradient of its own, as where it is part of a loss',
    flag: '--lse-grad',
    group: 'Gradients',
    control: { kind: 'switch' },
    example: 'on',
  }),
];
