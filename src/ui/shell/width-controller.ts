import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Watches how wide an element is, in whole CSS pixels; 0 until it is known. */
export class WidthController implements ReactiveController {
  width = 0;
  private readonly observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    this.width = Math.floor(entry.contentRect.width);
    this.host.requestUpdate();
  });

  constructor(private readonly host: ReactiveControllerHost & Element) {
    host.addController(this);
  }

  hostConnected(): void {
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer.disconnect();
  }
}
