import { optionsOf, type Option } from '../../core/option.ts';
import { normals } from '../../core/random.ts';
import { requireShape, requireTensor } from '../../core/tensor.ts';
import { CHOICE_OPTIONS } from '../attention/options/choice.ts';
import { attentionOptions } from '../attention/options/index.ts';
import { attentionSizes } from '../attention/problem.ts';
import type { AttentionBackwardArgs } from './api.ts';
import { FORWARD_ONLY, type AttentionBackwardProblem } from './problem.ts';

/** The rows that set options of the forward alone. */
const FORWARD_ROWS: readonly string[] = [...FORWARD_ONLY, ...CHOICE_OPTIONS.map(({ name }) => name)];

const lseGrad = optionsOf<AttentionBackwardProblem, AttentionBackwardArgs>()({
  name: 'lseGrad',
  title: 'Gradient of the lse',
  help: 'the lse has a gradient of its own, as where it is part of a loss',
  flag: '--lse-grad',
  group: 'Gradients',
  control: { kind: 'switch' },
  example: 'on',
  arguments: {
    lseGrad(value, { batch, numHeads, seqLenQ }) {
      const tensor = requireTensor('lseGrad', value, 3);
      requireShape('lseGrad', tensor, [batch, numHeads, seqLenQ]);
      return { fields: { lseGrad: true }, data: tensor.data };
    },
  },
  condition: { name: 'LSE_GRAD', about: 'the lse has a gradient of its own' },
  data: {
    name: 'lseGrad',
    dtype: 'f32',
    count: (problem) => attentionSizes(problem).lse,
    values: (problem, seed) => normals(attentionSizes(problem).lse, seed + 7),
  },
});

/** The options that the forward does not have. */
export const gradientOptions: readonly Option<AttentionBackwardProblem>[] = [lseGrad];

/** Attention's options, and those that only gradients have. */
export const attentionBackwardOptions: readonly Option<AttentionBackwardProblem>[] = [
  ...attentionOptions.filter(({ name }) => !FORWARD_ROWS.includes(name)),
  ...gradientOptions,
];
