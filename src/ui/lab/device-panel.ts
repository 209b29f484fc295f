import { LitElement, html, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { DeviceReport } from '../../measure/report.ts';
import './device-card.ts';
import '../shell/no-webgpu.ts';

/** Asks for a device and shows it, or says why there is none. No kernels are loaded for that. */
@customElement('tw-device-panel')
export class DevicePanel extends LitElement {
  @state() private device: DeviceReport | undefined;
  @state() private error: unknown;

  override render() {
    return this.error === undefined
      ? html`<tw-device-card .device=${this.device}></tw-device-card>`
      : html`<tw-no-webgpu .error=${this.error}></tw-no-webgpu>`;
  }

  protected override firstUpdated(changed: PropertyValues<this>): void {
    super.firstUpdated(changed);
    void this.ask();
  }

  private async ask(): Promise<void> {
    try {
      const { askDevice } = await import('../../worker/ask-device.ts');
      this.device = await askDevice((navigator as Partial<Navigator>).gpu);
    } catch (error) {
      this.error = error;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-device-panel': DevicePanel;
  }
}
