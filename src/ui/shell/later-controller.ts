import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Code that a page can be drawn and filled in without: loaded when the browser is idle, or when somebody needs it. */
export class LaterController implements ReactiveController {
  private loading: Promise<unknown> | undefined;

  /** @param load imports it */
  constructor(
    host: ReactiveControllerHost,
    private readonly load: () => Promise<unknown>,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    whenIdle(() => void this.loaded());
  }

  /** Settles when it is there. What could not be fetched is asked for again the next time. */
  loaded(): Promise<unknown> {
    this.loading ??= this.load().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }
}

/** Safari cannot tell when it is idle. */
function whenIdle(act: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(act, { timeout: 1000 });
  else setTimeout(act, 200);
}
