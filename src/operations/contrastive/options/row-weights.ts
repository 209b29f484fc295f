import { ShapeError } from '../../../core/errors.ts';
import { uniformStream } from '../../../core/random.ts';
import { describe } from '../../../core/tensor.ts';
import { requireEach } from './arguments.ts';
import { LOSS, option } from './option.ts';

export const rowWeights = option({
  name: 'rowWeights',
  title: 'Weights of rows',
  help: 'the loss of each row, and of a column that is its pair, is multiplied by a weight of its own (`sample_weight`): random ones here, 0 to 2',
  flag: '--row-weights',
  group: LOSS,
  control: { kind: 'switch' },
  example: 'on',
  arguments: {
    rowWeights(value, { numRows }) {
      if (!(value instanceof Float32Array))
        throw new ShapeError('rowWeights', 'a Float32Array', describe(value));
      requireEach('rowWeights', value, [numRows], Number.isFinite, 'finite numbers');
      return { fields: { rowWeights: true }, data: value };
    },
  },
  condition: { name: 'ROW_WEIGHTS', about: 'the term of each row in the loss has a weight of its own' },
  data: {
    name: 'rowWeights',
    dtype: 'f32',
    count: ({ numRows }) => numRows,
    values({ numRows }, seed) {
      const uniform = uniformStream(seed + 6);
      return Float32Array.from({ length: numRows }, () => 2 * uniform());
    },
  },
  file: { argument: 'rowWeights', about: 'one a row', known: /^((row|sample)_?)?weights?$/i, as: 'floats' },
  random: () => ({ rowWeights: true }),
});
