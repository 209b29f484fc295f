import { floatsOf, halvesOf, indicesOf, maskOf } from '../../data/convert.ts';
import { headsFirst, type HeadLayout } from '../../data/layout.ts';
import type { StoredArray } from '../../data/stored-array.ts';
import { ShapeError } from '../../core/errors.ts';
import type { FileRole } from '../../core/option-kernel.ts';
import type { MeasureCase } from '../../measure/measure-plan.ts';
import { floatTensor, type Tensor } from '../../core/tensor.ts';
import type { CallOptions, LabApi } from '../../worker/api.ts';
import type { Run } from '../../core/run.ts';
import type { OperationId } from '../../operations/list.ts';
import { requireOperation } from '../../operations/registry.ts';
import type { OwnKernel } from './kernels.ts';
import { rolesOf, type Chosen } from './roles.ts';
import type { OwnSettings } from './settings.ts';

/** How arrays become tensors. */
export interface Reading {
  readonly layout: HeadLayout;
  /** The device computes with f16 tensors: those that are stored as f16 may stay so. */
  readonly halves: boolean;
}

/** A call on own data, read and complete. */
export interface OwnCall {
  readonly operation: OperationId;
  readonly args: object;
}

/** Reads the chosen arrays. @throws DataError, ShapeError naming what is missing or does not fit */
export async function ownCall(
  { operation, options }: OwnSettings,
  chosen: Chosen,
  reading: Reading,
): Promise<OwnCall> {
  const roles = rolesOf(operation);
  const missing = roles.find(({ argument, required }) => required === true && !chosen[argument]);
  if (missing !== undefined) throw new ShapeError(missing.argument, 'an array of a file', 'nothing');
  const given = roles.flatMap(({ argument, as }) => {
    const array = chosen[argument];
    return array === undefined ? [] : [{ argument, as, array }];
  });
  const heads = given.filter(({ as }) => as === 'heads');
  const stay = reading.halves && heads.every(({ array }) => array.dtype === 'f16');
  const valueOf = ({ as, array }: (typeof given)[number]): Promise<unknown> =>
    as === 'heads' ? (stay ? halves : floats)(headsFirst(array, reading.layout)) : READERS[as](array);
  const values = await Promise.all(given.map(valueOf));
  const read: Record<string, unknown> = Object.fromEntries(
    given.map(({ argument }, index) => [argument, values[index]]),
  );
  return { operation, args: { ...options, ...read } };
}

/** The argument that is made of an array, by how it is used. */
const READERS: Readonly<Record<Exclude<FileRole['as'], 'heads'>, (array: StoredArray) => Promise<unknown>>> =
  {
    tensor: (array) => floats(array),
    bytes: async (array) => ({ shape: array.shape, data: await maskOf(array) }),
    floats: floatsOf,
    indices: indicesOf,
  };

/** The result of a call: arrays to be saved, and single numbers. */
export interface OwnResult {
  readonly run: Run;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Runs a call with a kernel. */
export async function runOwn(
  lab: LabApi,
  { operation, args }: OwnCall,
  kernel: OwnKernel,
  more: CallOptions,
): Promise<OwnResult> {
  const options = { ...kernel.options, ...more };
  // Checked by the call itself.
  const result = await lab.call(operation, { ...args, ...kernel.modifiers } as never, options);
  const entries: [string, unknown][] = Object.entries(result);
  return {
    run: result.run,
    tensors: Object.fromEntries(entries.filter((entry): entry is [string, Tensor] => isTensor(entry[1]))),
    numbers: Object.fromEntries(
      entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
  };
}

/** A call as a case to be measured. @throws ShapeError, UnsupportedError */
export function ownCase({ operation, args }: OwnCall): MeasureCase {
  const [part] = requireOperation(operation).call(args).parts;
  if (part === undefined) throw new RangeError('a call has a part');
  // The list does not know whose problem it is.
  return { operation, problem: part.problem, inputs: part.inputs };
}

/** How many values of a call's tensors are NaN or infinite: where they reach, nothing can be checked. */
export function oddValues({ args }: OwnCall): number {
  return Object.values(args)
    .filter(isTensor)
    .reduce((sum, { data }) => sum + countOdd(data), 0);
}

function countOdd(data: Float32Array | Uint16Array): number {
  let odd = 0;
  // In f16, all bits of the exponent are set.
  const isOdd =
    data instanceof Uint16Array
      ? (bits: number) => (bits & 0x7c00) === 0x7c00
      : (value: number) => !Number.isFinite(value);
  for (const value of data) if (isOdd(value)) odd++;
  return odd;
}

const floats = async (array: StoredArray): Promise<Tensor> => floatTensor(array.shape, await floatsOf(array));

const halves = async (array: StoredArray): Promise<Tensor> => ({
  shape: array.shape,
  data: await halvesOf(array),
  dtype: 'f16',
});

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  'data' in value &&
  (value.data instanceof Float32Array || value.data instanceof Uint16Array);
