import { chunksOf, DATA_ROLES, type Plan, type PlanBuffer } from '../core/plan.ts';
import type { Arrays } from '../core/variant.ts';
import { OutOfMemoryError } from '../core/errors.ts';

type Limits = Readonly<Record<'maxBufferSize' | 'maxStorageBufferBindingSize', number>>;

/** @throws OutOfMemoryError for the first buffer that is larger than the device allows */
export function checkMemory(plan: Plan, limits: Limits): void {
  const limit = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  for (const { name, bytes } of plan.buffers.flatMap(chunksOf)) {
    if (bytes > limit) throw new OutOfMemoryError(name, bytes, limit);
  }
}

/** The buffers of one plan, by name; destroyed together. */
export class BufferSet {
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
    for (const { name, bytes } of planned.flatMap(chunksOf)) {
      device.pushErrorScope('out-of-memory');
      const buffer = device.createBuffer({
        label: name,
        size: bytes,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      });
      buffers[name] = buffer;
      if ((await device.popErrorScope()) !== null) {
        for (const made of Object.values(buffers)) made.destroy();
        throw new OutOfMemoryError(name, bytes, device.limits.maxBufferSize);
      }
    }
    return new BufferSet(device, planned, buffers);
  }

  /** Uploads the arrays whose names are buffers here. */
  upload(arrays: Arrays): void {
    for (const buffer of this.planned) {
      const given = arrays[buffer.name];
      if (given === undefined) continue;
      const data = given.byteLength % 4 === 0 ? given : padded(given);
      let done = 0;
      for (const { name, bytes } of chunksOf(buffer)) {
        const size = Math.min(bytes, data.byteLength - done);
        this.device.queue.writeBuffer(this.named(name), 0, data.buffer, data.byteOffset + done, size);
        done += size;
      }
    }
  }

  /** Reads a buffer's bytes back. */
  async read(name: string): Promise<ArrayBuffer> {
    const buffer = this.planned.find((one) => one.name === name);
    if (buffer === undefined) throw new RangeError(`no buffer ${name}`);
    const result = new Uint8Array(buffer.bytes);
    let done = 0;
    for (const chunk of chunksOf(buffer)) {
      result.set(new Uint8Array(await readBuffer(this.device, this.named(chunk.name), chunk.bytes)), done);
      done += chunk.bytes;
    }
    return result.buffer;
  }

  private named(name: string): GPUBuffer {
    const buffer = this.buffers[name];
    if (buffer === undefined) throw new RangeError(`no buffer ${name}`);
    return buffer;
  }

  destroy(): void {
    for (const buffer of Object.values(this.buffers)) buffer.destroy();
  }
}

/** The same bytes and some zeros: WebGPU writes whole words. */
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
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}
