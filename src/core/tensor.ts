import { ShapeError } from './errors.ts';

/** A dense row-major array. `f16` data is held as raw bits in a `Uint16Array`. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint16Array;
  readonly dtype?: 'f32' | 'f16';
}

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

/** Arrays end to end; a single one is not copied. */
export function concatenate(arrays: readonly Float32Array[]): Float32Array {
  const [first, ...rest] = arrays;
  if (first === undefined || rest.length === 0) return first ?? new Float32Array();
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  arrays.reduce((at, array) => {
    whole.set(array, at);
    return at + array.length;
  }, 0);
  return whole;
}

/** A well-formed f32 tensor of `rank` dimensions. @throws ShapeError naming `argument` */
export function requireTensor(argument: string, tensor: unknown, rank: number): FloatTensor {
  const { shape, data } = requireAnyTensor(argument, tensor, rank);
  if (data instanceof Float32Array) return { shape, data, dtype: 'f32' };
  throw new ShapeError(`${argument}.dtype`, "'f32'", "'f16'");
}

/** A well-formed tensor of `rank` dimensions, f32 or f16. @throws ShapeError naming `argument` */
export function requireAnyTensor(argument: string, tensor: unknown, rank: number): Required<Tensor> {
  if (typeof tensor !== 'object' || tensor === null || !('shape' in tensor) || !('data' in tensor)) {
    throw new ShapeError(argument, `a tensor of ${rank} dimensions`, describe(tensor));
  }
  const { shape, data } = tensor;
  if (!Array.isArray(shape) || shape.length !== rank || !shape.every(isExtent)) {
    throw new ShapeError(
      `${argument}.shape`,
      `${rank} positive integers`,
      Array.isArray(shape) ? formatShape(shape) : describe(shape),
    );
  }
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
  const size = sizeOf(shape);
  if (data.length !== size) {
    throw new ShapeError(
      `${argument}.data`,
      `${size} elements for shape ${formatShape(shape)}`,
      `${data.length} elements`,
    );
  }
  return { shape, data, dtype: dtype ?? 'f32' };
}

/** Checks that `tensor` has exactly `shape`. @throws ShapeError naming `argument` */
export function requireShape(argument: string, tensor: Tensor, shape: readonly number[]): void {
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
