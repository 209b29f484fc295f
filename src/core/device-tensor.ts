import type { DataArray } from './dtype.ts';
import { ShapeError } from './errors.ts';

/** The arrays that hold a tensor of each type on the host. f16 is held as bits. */
export interface HostArrays {
  readonly f32: Float32Array;
  readonly f16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u8: Uint8Array;
}

export type TensorDtype = keyof HostArrays;

/** A dense row-major array of any type. */
export interface HostTensor<Dtype extends TensorDtype = TensorDtype> {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly data: HostArrays[Dtype];
}

/** A dense row-major array, as `upload` takes it. An array of 16 bits is f16, and says so. */
export interface PlainTensor {
  readonly shape: readonly number[];
  readonly data: DataArray;
  readonly dtype?: TensorDtype;
}

/**
 * A tensor that stays on the device: plain data that stands for it and crosses to a worker as it is. Calls take one wherever
 * they take a tensor. A copy with another shape of as many elements is another view of the same values.
 */
export interface DeviceTensor<Dtype extends TensorDtype = TensorDtype> {
  readonly kind: 'device-tensor';
  readonly id: number;
  /** The lab that holds it. */
  readonly lab: string;
  /** The lab's device that holds it: after a loss, the lab opens another. */
  readonly device: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
}

/** A handle, and the argument that it was given for, which errors name. */
export interface ResidentInput extends DeviceTensor {
  readonly argument: string;
}

/** The type of the tensors that an array holds. */
export type DtypeOf<Data> = {
  [Dtype in TensorDtype]: Data extends HostArrays[Dtype] ? Dtype : never;
}[TensorDtype];

/** A result whose tensors stay on the device. Numbers and arrays that are no tensors are as ever. */
export type OnDevice<Result> = Result extends DataArray | string | number | boolean | undefined
  ? Result
  : Result extends { readonly shape: readonly number[]; readonly data: infer Data }
    ? DeviceTensor<DtypeOf<Data>>
    : { [Name in keyof Result]: OnDevice<Result[Name]> };

/** Whether a value stands for a tensor on a device. */
export const isDeviceTensor = (value: unknown): value is DeviceTensor =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'device-tensor';

/** @throws ShapeError naming the argument, unless it is a handle */
export function requireDeviceTensor<Dtype extends TensorDtype>(
  argument: string,
  value: DeviceTensor<Dtype>,
): DeviceTensor<Dtype> {
  if (isDeviceTensor(value)) return value;
  throw new ShapeError(argument, 'what `upload` gave, or a result that was kept', 'something else');
}

/** A handle as an input of one type. @throws ShapeError if it stands for another */
export function residentOf(argument: string, tensor: DeviceTensor, dtype: TensorDtype): ResidentInput {
  if (tensor.dtype === dtype) return { ...tensor, argument };
  throw new ShapeError(`${argument}.dtype`, `'${dtype}'`, `'${tensor.dtype}'`);
}

const ARRAYS = {
  f32: Float32Array,
  f16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  u8: Uint8Array,
} as const satisfies Readonly<Record<TensorDtype, unknown>>;

export const TENSOR_DTYPES = ['f32', 'f16', 'u32', 'i32', 'u8'] as const satisfies readonly TensorDtype[];

/** The type of the tensors that an array can hold; nothing if it can hold none. */
export const tensorDtypeOf = (data: unknown): TensorDtype | undefined =>
  TENSOR_DTYPES.find((dtype) => data instanceof ARRAYS[dtype]);
