import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Reads the page's link when its element connects, and again whenever the reader goes back or forth. */
export class LinkController implements ReactiveController {
  constructor(
    host: ReactiveControllerHost,
    private readonly read: () => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.read();
    addEventListener('popstate', this.read);
  }

  hostDisconnected(): void {
    removeEventListener('popstate', this.read);
  }
}
