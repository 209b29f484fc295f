import { floatsOf, halvesOf, indicesOf, maskOf } from '../../data/convert.ts';
import { headsFirst, type HeadLayout } from '../../data/layout.ts';
import type { StoredArray } from '../../data/stored-array.ts';
import { ShapeError } from '../../core/errors.ts';
import type { FileRole } from '../../core/option-kernel.ts';
import type { MeasureCase } from '../../measure/measure-plan.ts';
import { floatTensor, type Tensor } from '../../core/tensor.ts';
import type { CallOptions, LabApi } from '../../worker/api.ts';
import type { AttentionArgs } from '../../operations/attention/api.ts';
import type { AttentionBackwardArgs } from '../../operations/attention-backward/api.ts';
import type { ContrastiveArgs } from '../../operations/contrastive/api.ts';
import type { Run } from '../../core/run.ts';
import { readAttentionBackward } from '../../operations/attention-backward/call.ts';
import { readAttention } from '../../operations/attention/call.ts';
import { readContrastive } from '../../operations/contrastive/call.ts';
import type { OwnKernel } from './kernels.ts';
import { fileRoles, type Chosen } from './roles.ts';
import type { OwnOperation, OwnSettings } from './settings.ts';

/** How arrays become tensors. */
export interface Reading {
  readonly layout: HeadLayout;
  /** The device computes with f16 tensors: those that are stored as f16 may stay so. */
  readonly halves: boolean;
}

/** A call on own data, read and complete. */
export type OwnCall =
  | { readonly operation: 'attention'; readonly args: AttentionArgs }
  | { readonly operation: 'attention-backward'; readonly args: AttentionBackwardArgs }
  | { readonly operation: 'contrastive'; readonly args: ContrastiveArgs };

/** Reads the chosen arrays. @throws DataError, ShapeError naming what is missing or does not fit */
export async function ownCall(settings: OwnSettings, chosen: Chosen, reading: Reading): Promise<OwnCall> {
  const { operation } = settings;
  if (operation === 'contrastive') {
    const { y, labels } = chosen;
    const args: ContrastiveArgs = {
      ...settings.options,
      x: await floats(required(chosen, 'x')),
      ...(y && { y: await floats(y) }),
      ...(labels && { labels: await indicesOf(labels) }),
    };
    return { operation, args };
  }
  const names = ['query', 'key', 'value', ...(operation === 'attention' ? [] : ['outputGrad'])];
  const arrays = names.map((name) => headsFirst(required(chosen, name), reading.layout));
  const stay = reading.halves && arrays.every(({ dtype }) => dtype === 'f16');
  const [query, key, value, outputGrad] = await Promise.all(arrays.map(stay ? halves : floats));
  const args: AttentionArgs = {
    ...settings.options,
    ...{ query: there(query), key: there(key), value: there(value) },
    ...(await optionArguments(operation, chosen)),
  };
  return operation === 'attention'
    ? { operation, args }
    : { operation, args: { ...args, outputGrad: there(outputGrad) } };
}

/** What an array becomes, as a row of the operation's options says. */
const READERS: Readonly<Record<FileRole['as'], (array: StoredArray) => Promise<unknown>>> = {
  tensor: (array) => floats(array),
  bytes: async (array) => ({ shape: array.shape, data: await maskOf(array) }),
  floats: floatsOf,
};

/** The arguments that arrays were chosen for. */
async function optionArguments(operation: OwnOperation, chosen: Chosen): Promise<object> {
  const read = fileRoles(operation).map(async ({ argument, as }) => {
    const array = chosen[argument];
    return array === undefined ? [] : [[argument, await READERS[as](array)]];
  });
  return Object.fromEntries((await Promise.all(read)).flat()) as object;
}

/** What a call gave: arrays to be saved, and single numbers. */
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
  const result = await (operation === 'attention'
    ? lab.attention({ ...args, ...kernel.modifiers }, options)
    : operation === 'attention-backward'
      ? lab.attentionBackward({ ...args, ...kernel.modifiers }, options)
      : lab.contrastive(args, options));
  const entries: [string, unknown][] = Object.entries(result);
  return {
    run: result.run,
    tensors: Object.fromEntries(entries.filter((entry): entry is [string, Tensor] => isTensor(entry[1]))),
    numbers: Object.fromEntries(
      entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
  };
}

/** The same call to be measured. @throws ShapeError, UnsupportedError */
export function ownCase({ operation, args }: OwnCall): MeasureCase {
  switch (operation) {
    case 'attention':
      return { operation, ...readAttention(args) };
    case 'attention-backward':
      return { operation, ...readAttentionBackward(args) };
    case 'contrastive':
      return { operation, ...readContrastive(args) };
  }
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

function required(chosen: Chosen, name: string): StoredArray {
  const array = chosen[name];
  if (array === undefined) throw new ShapeError(name, 'an array of a file', 'nothing');
  return array;
}

function there(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new RangeError('as many tensors as arrays');
  return tensor;
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  'data' in value &&
  (value.data instanceof Float32Array || value.data instanceof Uint16Array);
