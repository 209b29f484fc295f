import { chunksOf, DATA_ROLES, type Plan, type PlanBuffer } from '../core/plan.ts';
import { isDeviceTensor, type ResidentInput } from '../core/device-tensor.ts';
import type { DataArray } from '../core/dtype.ts';
import type { Inputs, Source } from '../core/variant.ts';
import { OutOfMemoryError } from '../core/errors.ts';
import { mapToRead, workDone } from './completion.ts';

type Limits = Readonly<Record<'maxBufferSize' | 'maxStorageBufferBindingSize', number>>;

const largestBuffer = ({ maxBufferSize, maxStorageBufferBindingSize }: Limits): number =>
  Math.min(maxBufferSize, maxStorageBufferBindingSize);

/** @throws OutOfMemoryError for the first buffer that is larger than the device allows */
export function checkMemory(plan: Plan, limits: Limits): void {
  const limit = largestBuffer(limits);
  for (const { name, bytes } of plan.buffers.flatMap(chunksOf)) {
    if (bytes > limit) throw new OutOfMemoryError(name, bytes, limit);
  }
}

/** A tensor's values on the device. */
export interface Resident {
  readonly buffer: GPUBuffer;
  /** Whole words. */
  readonly bytes: number;
}

/** The buffers of one plan, by name; destroyed together. */
export class BufferSet {
  private readonly taken = new Set<string>();

  private constructor(
    private readonly device: GPUDevice,
    readonly planned: readonly PlanBuffer[],
    /** By name, chunks as `chunkName` calls them. */
    readonly buffers: Readonly<Record<string, GPUBuffer>>,
  ) {}

  /**
   * Allocates a plan's buffers, of the named roles.
   * @throws OutOfMemoryError if the device has no room
   */
  static async allocate(
    device: GPUDevice,
    plan: Plan,
    roles: readonly string[] = [...DATA_ROLES, 'workspace'],
  ): Promise<BufferSet> {
    checkMemory(plan, device.limits);
    const buffers: Record<string, GPUBuffer> = {};
    const planned = plan.buffers.filter(({ role }) => roles.includes(role));
    try {
      for (const { name, bytes } of planned.flatMap(chunksOf)) {
        buffers[name] = await allocate(device, name, bytes);
      }
    } catch (error) {
      for (const made of Object.values(buffers)) made.destroy();
      throw error;
    }
    return new BufferSet(device, planned, buffers);
  }

  /**
   * Fills the buffers that inputs are named after.
   * @param residents where tensors that are on the device lie
   */
  upload(inputs: Inputs, residents: (tensor: ResidentInput) => Resident = noResident): void {
    const encoder = this.device.createCommandEncoder();
    for (const buffer of this.planned) {
      const source = inputs[buffer.name];
      if (source === undefined) continue;
      let start = 0;
      for (const part of partsOf(source)) {
        if (ArrayBuffer.isView(part)) {
          const data = part.byteLength % 4 === 0 ? part : padded(part);
          for (const { name, at, from, bytes } of spans(buffer, start, data.byteLength)) {
            this.device.queue.writeBuffer(this.named(name), at, data.buffer, data.byteOffset + from, bytes);
          }
          start += data.byteLength;
        } else {
          const resident = residents(part);
          for (const { name, at, from, bytes } of spans(buffer, start, resident.bytes)) {
            encoder.copyBufferToBuffer(resident.buffer, from, this.named(name), at, bytes);
          }
          start += resident.bytes;
        }
      }
    }
    this.device.queue.submit([encoder.finish()]);
  }

  /** Fills the buffers of a role with zeros, and waits for it. */
  async clear(role: PlanBuffer['role']): Promise<void> {
    const encoder = this.device.createCommandEncoder();
    for (const { name } of this.planned.filter((one) => one.role === role).flatMap(chunksOf)) {
      encoder.clearBuffer(this.named(name));
    }
    this.device.queue.submit([encoder.finish()]);
    await workDone(this.device);
  }

  /** Reads a buffer's bytes back. */
  async read(name: string): Promise<ArrayBuffer> {
    const buffer = this.plannedAs(name);
    const result = new Uint8Array(buffer.bytes);
    let done = 0;
    for (const chunk of chunksOf(buffer)) {
      result.set(new Uint8Array(await readBuffer(this.device, this.named(chunk.name), chunk.bytes)), done);
      done += chunk.bytes;
    }
    return result.buffer;
  }

  /**
   * One buffer with all of a buffer's values, which is the caller's from now on.
   * @throws OutOfMemoryError if it is held in chunks, and no buffer may be so large
   */
  async take(name: string): Promise<Resident> {
    const planned = this.plannedAs(name);
    const { bytes } = planned;
    const chunks = chunksOf(planned);
    if (chunks.length === 1) {
      const buffer = this.named(name);
      this.taken.add(name);
      return { buffer, bytes };
    }
    const whole = await allocate(this.device, name, bytes);
    const encoder = this.device.createCommandEncoder();
    let done = 0;
    for (const chunk of chunks) {
      encoder.copyBufferToBuffer(this.named(chunk.name), 0, whole, done, chunk.bytes);
      done += chunk.bytes;
    }
    this.device.queue.submit([encoder.finish()]);
    return { buffer: whole, bytes };
  }

  private plannedAs(name: string): PlanBuffer {
    const buffer = this.planned.find((one) => one.name === name);
    if (buffer === undefined) throw new RangeError(`no buffer ${name}`);
    return buffer;
  }

  private named(name: string): GPUBuffer {
    const buffer = this.buffers[name];
    if (buffer === undefined) throw new RangeError(`no buffer ${name}`);
    return buffer;
  }

  destroy(): void {
    for (const [name, buffer] of Object.entries(this.buffers)) if (!this.taken.has(name)) buffer.destroy();
  }
}

/** A storage buffer. @throws OutOfMemoryError if the device allows none so large, or has no room */
export async function allocate(device: GPUDevice, name: string, bytes: number): Promise<GPUBuffer> {
  const limit = largestBuffer(device.limits);
  if (bytes > limit) throw new OutOfMemoryError(name, bytes, limit);
  device.pushErrorScope('out-of-memory');
  const buffer = device.createBuffer({
    label: name,
    size: bytes,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  if ((await device.popErrorScope()) === null) return buffer;
  buffer.destroy();
  throw new OutOfMemoryError(name, bytes, device.limits.maxBufferSize);
}

const partsOf = (source: Source): readonly (DataArray | ResidentInput)[] =>
  ArrayBuffer.isView(source) || isDeviceTensor(source) ? [source] : source;

function noResident({ argument }: ResidentInput): never {
  throw new RangeError(`${argument} is on the device: there are none here`);
}

/** Where bytes from `start` of a buffer on lie in its chunks: at which byte of a chunk, and from which of theirs. */
function spans(buffer: PlanBuffer, start: number, length: number) {
  let first = 0;
  return chunksOf(buffer).flatMap((chunk) => {
    const [low, high] = [Math.max(start, first), Math.min(start + length, first + chunk.bytes)];
    const span = { name: chunk.name, at: low - first, from: low - start, bytes: high - low };
    first += chunk.bytes;
    return span.bytes > 0 ? [span] : [];
  });
}

/** A copy that ends with zeros, because WebGPU writes whole words. */
function padded(data: ArrayBufferView): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * Math.ceil(data.byteLength / 4));
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return bytes;
}

/** Copies a buffer, or its first bytes, back to the host. */
export async function readBuffer(
  device: GPUDevice,
  source: GPUBuffer,
  bytes = source.size,
): Promise<ArrayBuffer> {
  const staging = device.createBuffer({
    label: `${source.label} readback`,
    size: bytes,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await mapToRead(device, staging);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}
