import { Ending } from '../core/ending.ts';

/** How a rank passes data on: to the next rank of the ring, from the one before. */
export interface Transport {
  /** Hands an array over to the next rank. The sender's is empty then. */
  send(tag: string, data: Float32Array<ArrayBuffer>): void;
  /** The message that the rank before sent under that tag. */
  receive(tag: string): Promise<Float32Array<ArrayBuffer>>;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Rejects all that is waited for. */
  close(reason: Error): void;
}

interface Message {
  readonly tag: string;
  readonly data: Float32Array<ArrayBuffer>;
}

/** A ring over message ports: buffers move from worker to worker without a copy, past the page. */
export class PortTransport implements Transport {
  sentBytes = 0;
  receivedBytes = 0;
  private readonly life = new Ending();
  private readonly arrived = new Map<string, Float32Array<ArrayBuffer>>();
  private readonly awaited = new Map<string, (data: Float32Array<ArrayBuffer>) => void>();

  constructor(
    private readonly previous: MessagePort,
    private readonly next: MessagePort,
  ) {
    previous.addEventListener('message', ({ data: { tag, data } }: MessageEvent<Message>) => {
      this.receivedBytes += data.byteLength;
      const taker = this.awaited.get(tag);
      this.awaited.delete(tag);
      if (taker === undefined) this.arrived.set(tag, data);
      else taker(data);
    });
    previous.start();
  }

  send(tag: string, data: Float32Array<ArrayBuffer>): void {
    this.sentBytes += data.byteLength;
    this.next.postMessage({ tag, data } satisfies Message, [data.buffer]);
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
