import { requireShape, requireTensor } from '../../../core/tensor.ts';
import { embeddings } from '../embeddings.ts';
import { optionOfSome, PAIRS } from './option.ts';

/** Whether hard negatives are [N, K, D], K of each row alone. */
export const isPerRow = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  Array.isArray(value.shape) &&
  value.shape.length === 3;

export const rowNegatives = optionOfSome('it needs a softmax over one positive and negatives', {
  name: 'rowNegatives',
  title: 'Negatives of each row',
  help: 'how many hard negatives each row has for itself, which no other row meets, without a gradient: 3, for example',
  flag: '--row-negatives <n>',
  group: PAIRS,
  control: { kind: 'count', most: 4096 },
  unset: 'none',
  example: '3',
  arguments: {
    hardNegatives(value, { numRows, embedDim }) {
      if (!isPerRow(value)) return { fields: {} };
      const tensor = requireTensor('hardNegatives', value, 3);
      const [, count = 0] = tensor.shape;
      requireShape('hardNegatives', tensor, [numRows, count, embedDim]);
      return { fields: { rowNegatives: count }, data: tensor.data };
    },
  },
  data: {
    name: 'rowNegatives',
    dtype: 'f32',
    cut: 'rows',
    count: ({ numRows, embedDim, rowNegatives: count = 0 }) => numRows * count * embedDim,
    values: (problem, seed) => embeddings(problem, problem.numRows * (problem.rowNegatives ?? 0), seed + 3),
  },
  file: {
    argument: 'hardNegatives',
    about: '[negatives, dim], or [rows, negatives, dim] of each row alone',
    known: /^(hard_?)?negatives?$/i,
    as: 'tensor',
  },
  random: (draw) => ({ rowNegatives: draw.int(1, 3) }),
});
