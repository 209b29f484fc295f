import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { isHang } from '../../errors.ts';
import type { CallState } from '../call-controller.ts';

type State = 'asking' | 'replaced' | 'stuck';

/** After a kernel was cut off: finds out whether the browser has another device to give, and says so. */
export class HangController {
  private state: State | undefined;

  constructor(private readonly host: ReactiveControllerHost) {}

  clear(): void {
    this.become(undefined);
  }

  /** @param use something that needs a device */
  async ended(run: CallState, use: () => Promise<unknown>): Promise<void> {
    if (run.kind !== 'failed' || !isHang(run.error)) return;
    this.become('asking');
    try {
      await use();
      this.become('replaced');
    } catch {
      this.become('stuck');
    }
  }

  words(): TemplateResult | typeof nothing {
    switch (this.state) {
      case undefined:
        return nothing;
      case 'asking':
        return html`<p>Asking for a new device…</p>`;
      case 'replaced':
        return html`<p data-state="replaced">There is a new device: the next run can start.</p>`;
      case 'stuck':
        return html`<p data-state="stuck">
          The browser gives no new device, because its adapter is still busy with the kernel. A CPU adapter
          has no watchdog: close the browser to stop it. Your setup is in this page’s address.
        </p>`;
    }
  }

  private become(state: State | undefined): void {
    this.state = state;
    this.host.requestUpdate();
  }
}
