import { isDeviceTensor, type DeviceTensor, type PlainTensor } from '../core/device-tensor.ts';
import { requireHostTensor } from '../core/tensor.ts';
import type { Arrays } from '../core/variant.ts';
import type { TensorStore } from '../gpu/tensor-store.ts';

/**
 * Outputs that stay on the device, on their way into a result. Operations make their results of arrays; an empty array
 * stands for each of these outputs, and the tensors that are made of it become handles in the end.
 */
export class KeptOutputs {
  private readonly handles = new Map<ArrayBufferLike, DeviceTensor>();

  constructor(private readonly tensors: TensorStore) {}

  /** Empty arrays in place of outputs. */
  standIns(kept: Readonly<Record<string, DeviceTensor>>): Arrays {
    return Object.fromEntries(
      Object.entries(kept).map(([name, handle]) => {
        const array = new ARRAYS[handle.dtype](0);
        this.handles.set(array.buffer, handle);
        return [name, array];
      }),
    );
  }

  /** The result with its handles. What is in no tensor of it is released. */
  into(result: object): object {
    const used = new Set<DeviceTensor>();
    const finished = mapTensors(result, ({ shape, data }) => {
      const handle = this.handles.get(data.buffer);
      if (handle !== undefined) used.add(handle);
      return handle && { ...handle, shape };
    });
    for (const handle of this.handles.values()) if (!used.has(handle)) this.tensors.release(handle);
    return finished;
  }
}

const ARRAYS = { f32: Float32Array, f16: Uint16Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array };

const isTensor = (value: object): value is PlainTensor =>
  'shape' in value && 'data' in value && ArrayBuffer.isView(value.data);

/** @param change what stands in place of a tensor; nothing leaves it as it is */
function mapTensors(result: object, change: (tensor: PlainTensor) => object | undefined): object {
  if (ArrayBuffer.isView(result) || isDeviceTensor(result)) return result;
  if (isTensor(result)) return change(result) ?? result;
  const parts = Object.entries(result).map(([name, part]: [string, unknown]) => [
    name,
    typeof part === 'object' && part !== null ? mapTensors(part, change) : part,
  ]);
  return Array.isArray(result) ? parts.map(([, part]) => part) : (Object.fromEntries(parts) as object);
}

/** A result whose tensors are uploaded. @throws OutOfMemoryError */
export async function uploaded(result: object, tensors: TensorStore): Promise<object> {
  const found = new Map<PlainTensor, DeviceTensor>();
  const waiting: PlainTensor[] = [];
  mapTensors(result, (tensor) => {
    waiting.push(tensor);
    return undefined;
  });
  for (const tensor of waiting) found.set(tensor, await tensors.upload(requireHostTensor('result', tensor)));
  return mapTensors(result, (tensor) => found.get(tensor));
}
