import { ShapeError } from '../../../core/errors.ts';
import { describe } from '../../../core/tensor.ts';

/** @throws ShapeError unless it is a list of numbers */
export function lengthsIn(argument: string, values: unknown): readonly number[] {
  if (values instanceof Uint32Array || values instanceof Int32Array) return [...values];
  if (Array.isArray(values) && values.every((value) => typeof value === 'number')) return values;
  throw new ShapeError(argument, 'a Uint32Array or a list of numbers', describe(values));
}

/** @throws ShapeError unless there is one finite number per head */
export function perHead(argument: string, values: unknown, numHeads: number): Float32Array {
  if (!(values instanceof Float32Array)) throw new ShapeError(argument, 'a Float32Array', describe(values));
  if (values.length !== numHeads) {
    throw new ShapeError(argument, `${numHeads} values, one per query head`, `${values.length}`);
  }
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new ShapeError(argument, 'finite numbers', String(odd));
  return values;
}

/** Dimensions of a broadcast tensor. @throws ShapeError unless there are one to four */
export function rankOf(argument: string, tensor: unknown): number {
  if (typeof tensor !== 'object' || tensor === null || !('shape' in tensor)) {
    throw new ShapeError(argument, 'a tensor of one to four dimensions', describe(tensor));
  }
  const { shape } = tensor;
  if (Array.isArray(shape) && shape.length >= 1 && shape.length <= 4) return shape.length;
  throw new ShapeError(`${argument}.shape`, 'one to four dimensions', describe(shape));
}
