import { readBuffer } from './buffers.ts';

/** The bindings of guarded code, whatever kernel it is. */
export const guardLayout = (device: GPUDevice): GPUBindGroupLayout =>
  device.createBindGroupLayout({
    label: 'guard',
    entries: [
      {
        binding: 0,
        visibility: GPUShaderStage.COMPUTE,
        storageTexture: { access: 'write-only', format: 'r32uint' },
      },
    ],
  });

/** One texel, in which guarded code leaves the place of a loop that it cut off. */
export class GuardMark {
  private readonly texture: GPUTexture;
  readonly group: GPUBindGroup;

  constructor(
    private readonly device: GPUDevice,
    layout: GPUBindGroupLayout,
  ) {
    const usage = GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_SRC;
    this.texture = device.createTexture({ label: 'guard', size: [1, 1], format: 'r32uint', usage });
    const entries = [{ binding: 0, resource: this.texture.createView() }];
    this.group = device.createBindGroup({ label: 'guard', layout, entries });
  }

  /** The place, in the pass's linked text; nothing if all loops ended. */
  async read(): Promise<number | undefined> {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const buffer = this.device.createBuffer({ label: 'guard', size: 4, usage });
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyTextureToBuffer({ texture: this.texture }, { buffer }, [1, 1]);
      this.device.queue.submit([encoder.finish()]);
      const [place] = new Uint32Array(await readBuffer(this.device, buffer));
      return place === 0 ? undefined : place;
    } finally {
      buffer.destroy();
    }
  }

  destroy(): void {
    this.texture.destroy();
  }
}
