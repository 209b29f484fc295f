import { ShapeError } from '../../../core/errors.ts';
import { describe } from '../../../core/tensor.ts';

/** All positions, one entry after the other. @throws ShapeError unless they are numbers in a list */
export function readPositions(argument: string, given: unknown): readonly number[] {
  if (isTensor(given)) {
    const { shape, data } = given;
    const [values, count] = [readPositions(`${argument}.data`, data), shape.reduce((a, b) => a * b, 1)];
    if (shape.length >= 1 && shape.length <= 2 && count === values.length) return values;
    throw new ShapeError(
      `${argument}.shape`,
      `one or two extents of ${values.length} positions`,
      `[${shape.join(', ')}]`,
    );
  }
  if (ArrayBuffer.isView(given) && 'length' in given) {
    // A DataView has no length, and a BigInt64Array's numbers are none.
    return readPositions(argument, Array.from(given as unknown as ArrayLike<unknown>));
  }
  if (!Array.isArray(given))
    throw new ShapeError(argument, 'a list of numbers, or one for each entry', describe(given));
  const list: readonly unknown[] = given;
  if (list.every((value) => typeof value === 'number')) return list;
  const entries = list.map((one) => readPositions(argument, one));
  if (entries.every(({ length }) => length === entries[0]?.length)) return entries.flat();
  throw new ShapeError(
    argument,
    'as many positions for each entry',
    entries.map(({ length }) => length).join(', '),
  );
}

const isTensor = (given: unknown): given is { readonly shape: readonly number[]; readonly data: unknown } =>
  typeof given === 'object' &&
  given !== null &&
  'shape' in given &&
  'data' in given &&
  Array.isArray(given.shape);
