import { mapToRead } from './completion.ts';

/** Reads one pair of GPU timestamps around a submission, and distrusts it. */
export class Timer {
  private readonly queries: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly readable: GPUBuffer;
  private lastEnd = 0n;
  /** Pairs that were zero, backwards or repeated. */
  rejected = 0;

  private constructor(private readonly device: GPUDevice) {
    const usage = GPUBufferUsage;
    this.queries = device.createQuerySet({ type: 'timestamp', count: 2 });
    this.resolved = device.createBuffer({ size: 16, usage: usage.QUERY_RESOLVE | usage.COPY_SRC });
    this.readable = device.createBuffer({ size: 16, usage: usage.MAP_READ | usage.COPY_DST });
  }

  /** A timer, where the device has `timestamp-query`. */
  static create(device: GPUDevice): Timer | undefined {
    return device.features.has('timestamp-query') ? new Timer(device) : undefined;
  }

  get timestampWrites(): GPUComputePassTimestampWrites {
    return { querySet: this.queries, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
  }

  /** Encodes the copy of the pair, after the pass has ended. */
  resolve(encoder: GPUCommandEncoder): void {
    encoder.resolveQuerySet(this.queries, 0, 2, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, this.readable, 0, 16);
  }

  /** Milliseconds between the pair, or `undefined` if it cannot be true. */
  async read(): Promise<number | undefined> {
    await mapToRead(this.device, this.readable);
    const [begin = 0n, end = 0n] = new BigUint64Array(this.readable.getMappedRange().slice(0));
    this.readable.unmap();
    const credible = begin > 0n && end > begin && end !== this.lastEnd;
    this.lastEnd = end;
    if (credible) return Number(end - begin) / 1e6;
    this.rejected++;
    return undefined;
  }

  destroy(): void {
    this.queries.destroy();
    this.resolved.destroy();
    this.readable.destroy();
  }
}
