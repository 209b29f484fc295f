import { Ending } from '../core/ending.ts';
import type { RankSpan } from '../core/run.ts';

/** How a rank passes data on: to the next rank of the ring, from the one before. */
export interface Transport {
  /** Hands an array over to the next rank. The sender's is empty then. */
  send(tag: string, data: Float32Array<ArrayBuffer>): void;
  /** The message that the rank before sent under that tag. */
  receive(tag: string): Promise<Float32Array<ArrayBuffer>>;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Messages that have arrived, and when. */
  readonly arrivals: readonly RankSpan[];
  /** Rejects all that is waited for. */
  close(reason: Error): void;
}

interface Message {
  readonly tag: string;
  readonly data: Float32Array<ArrayBuffer>;
  /** By `clock`. */
  readonly sentMs: number;
}

/** Milliseconds by a clock that all workers of a page share. */
export const clock = (): number => performance.timeOrigin + performance.now();

/** A ring over message ports: buffers move from worker to worker without a copy, past the page. */
export class PortTransport implements Transport {
  sentBytes = 0;
  receivedBytes = 0;
  readonly arrivals: RankSpan[] = [];
  private readonly life = new Ending();
  private readonly arrived = new Map<string, Float32Array<ArrayBuffer>>();
  private readonly awaited = new Map<string, (data: Float32Array<ArrayBuffer>) => void>();

  constructor(
    private readonly previous: MessagePort,
    private readonly next: MessagePort,
  ) {
    previous.addEventListener('message', ({ data: message }: MessageEvent<Message>) => {
      const { tag, data, sentMs } = message;
      const bytes = data.byteLength;
      this.receivedBytes += bytes;
      this.arrivals.push({ kind: 'transfer', label: tag, startMs: sentMs, endMs: clock(), bytes });
      const taker = this.awaited.get(tag);
      this.awaited.delete(tag);
      if (taker === undefined) this.arrived.set(tag, data);
      else taker(data);
    });
    previous.start();
  }

  send(tag: string, data: Float32Array<ArrayBuffer>): void {
    this.sentBytes += data.byteLength;
    this.next.postMessage({ tag, data, sentMs: clock() } satisfies Message, [data.buffer]);
  }

  receive(tag: string): Promise<Float32Array<ArrayBuffer>> {
    const here = this.arrived.get(tag);
    this.arrived.delete(tag);
    const arrival =
      here === undefined
        ? new Promise<Float32Array<ArrayBuffer>>((resolve) => this.awaited.set(tag, resolve))
        : Promise.resolve(here);
    return this.life.guard(arrival);
  }

  close(reason: Error): void {
    this.life.end(reason);
    this.arrived.clear();
    this.awaited.clear();
    this.previous.close();
    this.next.close();
  }
}
