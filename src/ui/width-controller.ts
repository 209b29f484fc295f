import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Watches an element's width, for charts that are drawn to measure. */
export class WidthController implements ReactiveController {
  /** In CSS pixels; 0 until it is known. */
  width = 0;
  private readonly observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width === this.width) return;
    this.width = width;
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
