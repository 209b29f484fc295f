import { ShapeError } from '../../core/errors.ts';
import { formatShape, type Operand } from '../../core/tensor.ts';

type Tensors = Readonly<Record<string, Pick<Operand, 'shape' | 'dtype'>>>;

/** Checks that query heads form groups of equal size. @throws ShapeError naming the tensor that has the key/value heads */
export function requireGroups(numHeads: number, numKVHeads: number, holder: Tensors): void {
  if (numHeads % numKVHeads === 0) return;
  for (const [name, { shape }] of Object.entries(holder)) {
    const expected = `a number of heads that divides the query's ${numHeads}`;
    throw new ShapeError(`${name}.shape`, expected, formatShape(shape));
  }
}
