import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { isHang } from '../../../core/errors.ts';
import type { CallState } from '../../lab/call-controller.ts';

type State = 'asking' | 'replaced' | 'stuck';

/** The pause between two requests, in ms; an unanswered request takes time of its own. */
const PAUSE_MS = 2000;

/** After a kernel was cut off: asks the browser for another device until there is one, and says so. */
export class HangController implements ReactiveController {
  private state: State | undefined;
  /** The number of the hang that is asked about; an earlier one stops asking. */
  private hang = 0;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.clear();
  }

  clear(): void {
    this.hang++;
    this.become(undefined);
  }

  /** @param use something that needs a device */
  async ended(run: CallState, use: () => Promise<unknown>): Promise<void> {
    if (run.kind !== 'failed' || !isHang(run.error)) return;
    const hang = ++this.hang;
    this.become('asking');
    while (hang === this.hang && this.state !== 'replaced') {
      const state = await use().then(
        () => 'replaced' as const,
        () => 'stuck' as const,
      );
      if (hang === this.hang) this.become(state);
      if (state === 'stuck') await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
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
          The browser gives no new device yet, because its adapter is still busy with the kernel: a CPU
          adapter has no watchdog. This page asks on, and says when there is one. To stop the kernel now,
          close the browser; your setup is in this page’s address.
        </p>`;
    }
  }

  private become(state: State | undefined): void {
    this.state = state;
    this.host.requestUpdate();
  }
}
