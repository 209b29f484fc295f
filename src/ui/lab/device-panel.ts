import { LitElement, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { LabController } from './lab-controller.ts';
import './device-card.ts';
import '../shell/no-webgpu.ts';

/** Opens a device and shows it, or says why there is none. */
@customElement('tw-device-panel')
export class DevicePanel extends LitElement {
  private readonly labs = new LabController(this);

  override render() {
    const { state } = this.labs;
    return state.kind === 'unavailable'
      ? html`<tw-no-webgpu .error=${state.error}></tw-no-webgpu>`
      : html`<tw-device-card .device=${this.labs.lab?.device}></tw-device-card>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-device-panel': DevicePanel;
  }
}
