import type { Slice } from './slices.ts';
import { UNIFORM_STRIDE } from './uniforms.ts';

/** Slices in a uniform buffer, each at its own dynamic offset. */
export class SliceTable {
  private readonly buffer: GPUBuffer;
  readonly group: GPUBindGroup;
  private offsets = new Map<string, number>();

  constructor(
    private readonly device: GPUDevice,
    layout: GPUBindGroupLayout,
    slices: readonly Slice[],
  ) {
    this.buffer = device.createBuffer({
      label: 'slices',
      size: UNIFORM_STRIDE * slices.length,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.group = device.createBindGroup({
      layout,
      entries: [{ binding: 0, resource: { buffer: this.buffer, size: 16 } }],
    });
    this.rewrite(slices);
  }

  /** Replaces the contents; false if they do not fit. */
  rewrite(slices: readonly Slice[]): boolean {
    const distinct = new Map(slices.map((slice) => [range(slice), slice]));
    if (distinct.size * UNIFORM_STRIDE > this.buffer.size) return false;
    const data = new Uint32Array((distinct.size * UNIFORM_STRIDE) / 4);
    this.offsets = new Map();
    for (const [key, { first, end }] of distinct) {
      const offset = this.offsets.size * UNIFORM_STRIDE;
      data.set([first, end], offset / 4);
      this.offsets.set(key, offset);
    }
    this.device.queue.writeBuffer(this.buffer, 0, data);
    return true;
  }

  has(slice: Slice): boolean {
    return this.offsets.has(range(slice));
  }

  offset(slice: Slice): number {
    return this.offsets.get(range(slice)) ?? 0;
  }

  destroy(): void {
    this.buffer.destroy();
  }
}

const range = ({ first, end }: Slice): string => `${first}-${end}`;
