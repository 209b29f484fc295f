import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Peaks } from '../../../measure/report.ts';
import type { LabClient, TimestampClock } from '../../../worker/api.ts';
import { copyIcon } from '../../shell/icons.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { base, panel } from '../../shell/styles.ts';
import { clockStepMs } from './clock.ts';
import { clockText, deviceText, limitText, timestampText, type DeviceFacts } from './device-text.ts';
import { subgroupSizes } from '../../lab/device-card.ts';
import '../../shell/no-webgpu.ts';
import './peaks-panel.ts';
import './variants-table.ts';

/** The device: its identity, its limits, its speed, and the variants that run on it. */
@customElement('tw-device-page')
export class DevicePage extends LitElement {
  readonly labs = new LabController(this, (lab) => void this.readClock(lab));
  private readonly clockStepMs = clockStepMs();
  @state() private peaks: Peaks | undefined;
  @state() private timestamps: TimestampClock | undefined;
  @state() private copied = '';

  override render() {
    const { state, lab } = this.labs;
    if (state.kind === 'unavailable') return html`<tw-no-webgpu .error=${state.error}></tw-no-webgpu>`;
    return html`
      <tw-device-card .device=${lab?.device}></tw-device-card>
      <section class="panel" aria-label="Measured">
        <tw-peaks-panel
          .lab=${lab}
          @peaks=${({ detail }: CustomEvent<Peaks>) => {
            this.peaks = detail;
          }}
        ></tw-peaks-panel>
      </section>
      ${lab ? this.details(this.factsOf(lab)) : nothing}
    `;
  }

  private factsOf(lab: LabClient): DeviceFacts {
    return {
      device: lab.device,
      operations: lab.operations(),
      userAgent: navigator.userAgent,
      clockStepMs: this.clockStepMs,
      isIsolated: crossOriginIsolated,
      timestamps: this.timestamps,
      peaks: this.peaks,
    };
  }

  private details(facts: DeviceFacts): TemplateResult {
    const { device, operations } = facts;
    return html`
      <section class="panel">
        <tw-variants-table .operations=${operations}></tw-variants-table>
      </section>
      <section class="panel details">
        <div>
          <h2>Limits</h2>
          <dl>${Object.entries(device.limits).map(([name, value]) => row(name, limitText(name, value)))}</dl>
        </div>
        <div>
          <h2>Other facts</h2>
          <dl>
            ${row('Subgroups', `${subgroupSizes(device)} wide`)}
            ${row('Step of the page’s clock', clockText(facts))}
            ${row('Step of GPU timestamps', timestampText(facts), 'timestamps')}
            ${row('Features', device.features.join(', '))} ${row('Browser', facts.userAgent)}
          </dl>
        </div>
      </section>
      <section class="panel report">
        <div>
          <h2>For a bug report</h2>
          <p class="quiet">Everything on this page as text.</p>
        </div>
        <wa-button data-action="copy" size="s" appearance="outlined" @click=${() => this.copy(facts)}>
          <span slot="start">${copyIcon}</span>Copy as text
        </wa-button>
        <p class="small quiet" role="status">${this.copied}</p>
        <pre tabindex="0" aria-label="The device as text">${deviceText(facts)}</pre>
      </section>
    `;
  }

  /** A device that is lost meanwhile causes an error when it is next used. */
  private async readClock(lab: LabClient): Promise<void> {
    this.timestamps = await lab.timestampClock().catch(() => undefined);
  }

  private async copy(facts: DeviceFacts): Promise<void> {
    try {
      await navigator.clipboard.writeText(deviceText(facts));
      this.copied = 'Copied.';
    } catch {
      this.copied = 'The browser keeps its clipboard closed: select the text below.';
    }
  }

  static override readonly styles = [
    base,
    panel,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      .panel {
        padding: 1.1rem 1.25rem;
      }
      .details {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr));
        gap: 1.5rem 2.5rem;
      }
      dl {
        margin-top: 0.6rem;
        font-size: 0.875rem;
      }
      dl div {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 1.5rem;
        padding-block: 0.3rem;
        border-top: 1px solid var(--wa-color-surface-border);
      }
      dt {
        color: var(--wa-color-text-quiet);
        overflow-wrap: anywhere;
      }
      dd {
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      .report {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 1rem;
      }
      .report [role='status']:empty {
        display: none;
      }
      pre {
        width: 100%;
        max-height: 16rem;
        overflow: auto;
        margin: 0.4rem 0 0;
        padding: 0.8rem 1rem;
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
        font-size: 0.8125rem;
        line-height: 1.5;
      }
    `,
  ];
}

const row = (name: string, value: string, fact?: string): TemplateResult =>
  html`<div>
    <dt>${name}</dt>
    <dd data-fact=${fact ?? nothing}>${value}</dd>
  </div>`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-device-page': DevicePage;
  }
}
