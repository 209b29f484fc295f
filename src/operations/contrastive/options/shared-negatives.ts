import { ShapeError, UnsupportedError } from '../../../core/errors.ts';
import type { Given } from '../../../core/option-kernel.ts';
import { requireAnyTensor, requireDtypeOf, requireShape } from '../../../core/tensor.ts';
import type { ContrastiveProblem } from '../problem.ts';
import { MOST_ROWS, optionOfSome, PAIRS } from './option.ts';
import { isPerRow } from './row-negatives.ts';

/** Negatives that follow y, before the number of columns that they add to. */
export const extraCols = optionOfSome('rows and columns are the same tensor there', {
  name: 'extraCols',
  title: 'Shared negatives',
  help: 'how many rows stand below y as negatives of every row, without a gradient, as hard negatives or a queue of earlier batches (MoCo): 4096, for example',
  flag: '--shared-negatives <n>',
  group: PAIRS,
  control: { kind: 'count', most: MOST_ROWS },
  unset: 'none',
  example: '24',
  arguments: {
    hardNegatives: (value, before) =>
      isPerRow(value) ? { fields: {} } : below('hardNegatives', value, before),
    queue: (value, before) => below('queue', value, before),
  },
  follows: 'y',
  file: {
    argument: 'queue',
    about: '[negatives, dim], of every row',
    known: /^(queue|memory_?bank)$/i,
    as: 'tensor',
  },
  check({ extraCols: count, oneTensor }) {
    if (count !== undefined && oneTensor === true) {
      throw new UnsupportedError(
        'hardNegatives and queue need y: without it, rows and columns are the same tensor',
        'extraCols',
      );
    }
  },
  random: (draw) => ({ extraCols: draw.int(1, 20) }),
});

/** Columns below y, and below those that stand there already. */
function below(
  name: string,
  value: unknown,
  { oneTensor, embedDim, dtype, numCols, extraCols: before = 0 }: ContrastiveProblem,
): Given<ContrastiveProblem> {
  if (oneTensor === true) {
    throw new UnsupportedError(`${name} makes no sense without y: rows and columns are the same tensor`);
  }
  const tensor = requireAnyTensor(name, value, 2);
  const [count = 0] = tensor.shape;
  requireDtypeOf('x', dtype ?? 'f32', { [name]: tensor });
  // Parts are put together on the device in words, which a row of f16 need not fill.
  if (dtype === 'f16' && !ArrayBuffer.isView(tensor.data)) {
    throw new ShapeError(name, 'values on the host, where embeddings are f16', 'a tensor on the device');
  }
  requireShape(name, tensor, [count, embedDim]);
  return { fields: { extraCols: before + count, numCols: numCols + count }, data: tensor.data };
}
