import {
  isDeviceTensor,
  TENSOR_DTYPES,
  tensorDtypeOf,
  type DeviceTensor,
  type HostTensor,
  type ResidentInput,
} from './device-tensor.ts';
import type { DataArray } from './dtype.ts';
import type { Source } from './variant.ts';
import { ShapeError } from './errors.ts';

/** A dense row-major array. `f16` data is held as raw bits in a `Uint16Array`. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint16Array;
  readonly dtype?: 'f32' | 'f16';
}

/** An argument that is a tensor: its values, or the handle of one that is on the device. */
export type AnyTensor = Tensor | DeviceTensor<'f32' | 'f16'>;

/** An f32 tensor. */
export interface FloatTensor extends Tensor {
  readonly data: Float32Array;
  readonly dtype: 'f32';
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** `[2, 3]` for messages. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.map(String).join(', ')}]`;
}

/** Wraps f32 data without copying it. */
export function floatTensor(shape: readonly number[], data: Float32Array): FloatTensor {
  return { shape, data, dtype: 'f32' };
}

/** Values with others at their end. */
export function followedBy(first: Source | undefined, rest: Source | undefined): Source {
  const partsOf = (source: Source | undefined) =>
    source === undefined ? [] : ArrayBuffer.isView(source) || 'shape' in source ? [source] : source;
  return endToEnd([...partsOf(first), ...partsOf(rest)]);
}

/** Values end to end; a single part is not copied. Where some are on the device, the parts are put together there. */
export function endToEnd(parts: readonly (DataArray | ResidentInput)[]): Source {
  const [first = new Float32Array(), ...rest] = parts;
  if (rest.length === 0) return first;
  const arrays = parts.filter((part) => ArrayBuffer.isView(part));
  if (arrays.length < parts.length) return parts;
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const whole = first instanceof Uint16Array ? new Uint16Array(length) : new Float32Array(length);
  arrays.reduce((at, array) => {
    whole.set(array, at);
    return at + array.length;
  }, 0);
  return whole;
}

/** A tensor that was checked: its values, or where they stay on the device their handle. */
export interface Operand {
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'f16';
  readonly data: Float32Array | Uint16Array | ResidentInput;
}

/** An operand of f32. */
export interface FloatOperand extends Operand {
  readonly dtype: 'f32';
  readonly data: Float32Array | ResidentInput;
}

/** A well-formed f32 tensor of `rank` dimensions. @throws ShapeError naming `argument` */
export function requireTensor(argument: string, tensor: unknown, rank: number): FloatOperand {
  const { shape, dtype, data } = requireAnyTensor(argument, tensor, rank);
  if (dtype === 'f32' && !(data instanceof Uint16Array)) return { shape, dtype, data };
  throw new ShapeError(`${argument}.dtype`, "'f32'", `'${dtype}'`);
}

/** A well-formed tensor of `rank` dimensions, f32 or f16. @throws ShapeError naming `argument` */
export function requireAnyTensor(argument: string, tensor: unknown, rank: number): Operand {
  if (isDeviceTensor(tensor)) {
    const { dtype } = tensor;
    const shape = requireExtents(argument, tensor.shape, rank);
    if (dtype === 'f32' || dtype === 'f16') return { shape, dtype, data: { ...tensor, argument } };
    throw new ShapeError(`${argument}.dtype`, "'f32' or 'f16'", describe(dtype));
  }
  if (typeof tensor !== 'object' || tensor === null || !('shape' in tensor) || !('data' in tensor)) {
    throw new ShapeError(argument, `a tensor of ${rank} dimensions`, describe(tensor));
  }
  const { data } = tensor;
  const shape = requireExtents(argument, tensor.shape, rank);
  const dtype = 'dtype' in tensor ? tensor.dtype : undefined;
  if (dtype !== undefined && dtype !== 'f32' && dtype !== 'f16') {
    throw new ShapeError(`${argument}.dtype`, "'f32' or 'f16'", describe(dtype));
  }
  const half = dtype === 'f16';
  const isData = half ? data instanceof Uint16Array : data instanceof Float32Array;
  if (!isData || !(data instanceof Uint16Array || data instanceof Float32Array)) {
    throw new ShapeError(
      `${argument}.data`,
      half ? 'a Uint16Array of f16 bits' : 'a Float32Array',
      describe(data),
    );
  }
  requireSize(argument, shape, data);
  return { shape, data, dtype: dtype ?? 'f32' };
}

/** @throws ShapeError naming an operand that is not of a type, which argument `of` has */
export function requireDtypeOf(
  of: string,
  dtype: Operand['dtype'],
  others: Readonly<Record<string, Pick<Operand, 'dtype'>>>,
): void {
  for (const [name, other] of Object.entries(others)) {
    if (other.dtype === dtype) continue;
    throw new ShapeError(`${name}.dtype`, `'${dtype}', as ${of}`, `'${other.dtype}'`);
  }
}

/** Like `requireAnyTensor`, but refuses tensors on the device. */
export function requireValues(argument: string, tensor: unknown, rank: number): Required<Tensor> {
  const { shape, dtype, data } = requireAnyTensor(argument, tensor, rank);
  if (!isDeviceTensor(data)) return { shape, dtype, data };
  throw new ShapeError(argument, 'values on the host', 'a tensor on the device');
}

/** A well-formed tensor of any type and rank, in arrays of the host. @throws ShapeError naming `argument` */
export function requireHostTensor(argument: string, tensor: unknown): HostTensor {
  if (typeof tensor !== 'object' || tensor === null || !('shape' in tensor) || !('data' in tensor)) {
    throw new ShapeError(argument, 'a tensor: { shape, data }', describe(tensor));
  }
  const { shape: given, data } = tensor;
  const shape = requireExtents(argument, given, Array.isArray(given) ? Math.max(1, given.length) : 1);
  const dtype = tensorDtypeOf(data);
  if (dtype === undefined) {
    throw new ShapeError(`${argument}.data`, `an array of ${TENSOR_DTYPES.join(', ')}`, describe(data));
  }
  const said = 'dtype' in tensor ? tensor.dtype : undefined;
  // An array of 16 bits could hold whole numbers, too.
  if (said !== dtype && (said !== undefined || dtype === 'f16')) {
    throw new ShapeError(`${argument}.dtype`, `'${dtype}', as its array has`, describe(said));
  }
  requireSize(argument, shape, data as DataArray);
  return { shape, dtype, data: data as DataArray };
}

function requireExtents(argument: string, shape: unknown, rank: number): readonly number[] {
  if (Array.isArray(shape) && shape.length === rank && shape.every(isExtent)) return shape;
  throw new ShapeError(
    `${argument}.shape`,
    `${rank} positive integers`,
    Array.isArray(shape) ? formatShape(shape) : describe(shape),
  );
}

function requireSize(argument: string, shape: readonly number[], data: DataArray): void {
  const size = sizeOf(shape);
  if (data.length === size) return;
  throw new ShapeError(
    `${argument}.data`,
    `${size} elements for shape ${formatShape(shape)}`,
    `${data.length} elements`,
  );
}

/** Checks that `tensor` has exactly `shape`. @throws ShapeError naming `argument` */
export function requireShape(
  argument: string,
  tensor: Pick<Tensor, 'shape'>,
  shape: readonly number[],
): void {
  const same =
    tensor.shape.length === shape.length && tensor.shape.every((extent, axis) => extent === shape[axis]);
  if (!same) throw new ShapeError(`${argument}.shape`, formatShape(shape), formatShape(tensor.shape));
}

function isExtent(extent: unknown): extent is number {
  return Number.isInteger(extent) && (extent as number) > 0;
}

/** A short description of any value, for messages. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'object':
      return value === null ? 'null' : (nameOfClass(value) ?? 'an object');
    case 'string':
      return `'${value}'`;
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}

/** Nothing for an object that has no class, or does not let it be seen. */
function nameOfClass(value: object): string | undefined {
  try {
    const { constructor }: { constructor?: unknown } = value;
    return typeof constructor === 'function' ? constructor.name : undefined;
  } catch {
    return undefined;
  }
}
