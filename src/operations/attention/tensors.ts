import { ShapeError } from '../../core/errors.ts';
import { formatShape, type Operand } from '../../core/tensor.ts';

type Tensors = Readonly<Record<string, Pick<Operand, 'shape' | 'dtype'>>>;

/** Checks that tensors are of the query's dtype. @throws ShapeError naming the first that is not */
export function requireDtypeOf(query: Pick<Operand, 'dtype'>, others: Tensors): void {
  for (const [name, { dtype }] of Object.entries(others)) {
    if (dtype === query.dtype) continue;
    throw new ShapeError(`${name}.dtype`, `'${query.dtype}', as query`, `'${dtype}'`);
  }
}

/** Checks that query heads form groups of equal size. @throws ShapeError naming the tensor that has the key/value heads */
export function requireGroups(numHeads: number, numKVHeads: number, holder: Tensors): void {
  if (numHeads % numKVHeads === 0) return;
  for (const [name, { shape }] of Object.entries(holder)) {
    const expected = `a number of heads that divides the query's ${numHeads}`;
    throw new ShapeError(`${name}.shape`, expected, formatShape(shape));
  }
}
