import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { UnsupportedError } from '../../core/errors.ts';
import type { LabClient } from '../../worker/api.ts';
import { openLab } from '../../worker/client.ts';

export type LabState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'ready'; readonly lab: LabClient }
  | { readonly kind: 'unavailable'; readonly error: unknown };

/** Owns an element's lab: opened when the element connects, closed when it goes. */
export class LabController implements ReactiveController {
  state: LabState = { kind: 'opening' };
  private connection = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly onReady: (lab: LabClient) => void = () => undefined,
  ) {
    host.addController(this);
  }

  get lab(): LabClient | undefined {
    return this.state.kind === 'ready' ? this.state.lab : undefined;
  }

  hostConnected(): void {
    void this.open(++this.connection);
  }

  hostDisconnected(): void {
    this.connection++;
    this.lab?.close();
    this.state = { kind: 'opening' };
  }

  private async open(connection: number): Promise<void> {
    let state: LabState;
    try {
      // Known without starting a worker.
      if (!('gpu' in navigator)) throw new UnsupportedError('This browser has no WebGPU.');
      state = { kind: 'ready', lab: await openLab() };
    } catch (error) {
      state = { kind: 'unavailable', error };
    }
    if (connection !== this.connection) {
      if (state.kind === 'ready') state.lab.close();
      return;
    }
    this.state = state;
    if (state.kind === 'ready') this.onReady(state.lab);
    this.host.requestUpdate();
  }
}
