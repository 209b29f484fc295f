import * as Comlink from 'comlink';
import { LabHost } from '../../src/worker/host.ts';

/** A page's worker as Node can have it, in the same thread: messages are cloned as they would be. */
export class NodeWorker extends EventTarget implements Worker {
  onmessage = null;
  onmessageerror = null;
  onerror = null;
  private readonly port: MessagePort;
  private readonly inside: MessagePort;

  constructor(host: object = new LabHost()) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.inside = port2;
    port1.addEventListener('message', (event: MessageEvent<unknown>) =>
      this.dispatchEvent(new MessageEvent('message', { data: event.data })),
    );
    port1.start();
    Comlink.expose(host, port2);
  }

  postMessage(message: unknown, transfer: Transferable[] | StructuredSerializeOptions = []): void {
    this.port.postMessage(message, Array.isArray(transfer) ? transfer : (transfer.transfer ?? []));
  }

  terminate(): void {
    this.port.close();
    this.inside.close();
  }

  /** As if its script had thrown. */
  fail(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}
