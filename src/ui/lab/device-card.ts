import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatBytes } from '../../measure/format.ts';
import type { DeviceReport } from '../../measure/report.ts';
import { badIcon, goodIcon } from '../shell/icons.ts';
import { base, panel } from '../shell/styles.ts';

/** Features that change which kernels run, or how well they are timed. */
const FEATURES = [
  { id: 'shader-f16', about: 'half-precision arithmetic' },
  { id: 'subgroups', about: 'invocations that exchange registers' },
  { id: 'timestamp-query', about: 'the GPU’s own clock' },
] as const;

const LIMITS = [
  { id: 'maxBufferSize', label: 'Largest buffer', show: formatBytes },
  { id: 'maxStorageBufferBindingSize', label: 'Largest binding', show: formatBytes },
  { id: 'maxComputeWorkgroupStorageSize', label: 'Workgroup memory', show: formatBytes },
  { id: 'maxComputeInvocationsPerWorkgroup', label: 'Invocations a workgroup', show: String },
  { id: 'maxStorageBuffersPerShaderStage', label: 'Storage buffers a stage', show: String },
] as const;

/** The device that runs the kernels: its name, its limits, and a warning where it is a CPU. */
@customElement('tw-device-card')
export class DeviceCard extends LitElement {
  @property({ attribute: false }) device: DeviceReport | undefined;
  /** The heading: whose device it is. */
  @property() heading = 'This device';

  override render() {
    const { device } = this;
    if (!device) return html`<div class="panel"><p class="quiet">Asking this browser for a GPU…</p></div>`;
    return html`
      <section class="panel" aria-label=${this.heading}>
        <p class="small quiet">${this.heading}</p>
        <h2>${deviceName(device)}</h2>
        <p class="small quiet">
          ${[device.vendor, device.architecture].filter((word) => word !== '').join(' · ')}
        </p>
        ${
          device.isFallbackAdapter
            ? html`<p class="cpu small">
                <strong>This adapter is a CPU: compare algorithms here, not GPUs.</strong>
                The kernels are the same and their results are checked the same way; the times say nothing
                about a GPU.
              </p>`
            : nothing
        }
        <ul class="features">
          ${FEATURES.map(({ id, about }) => {
            const there = device.features.includes(id);
            const sizes = id === 'subgroups' && there ? ` ${subgroupSizes(device)}` : '';
            return html`<li class=${there ? 'there' : 'quiet'} title=${about}>
              ${there ? goodIcon : badIcon}<code>${id}${sizes}</code>
              <span class="hidden-words">${there ? 'available' : 'not available'}</span>
            </li>`;
          })}
        </ul>
        <dl>
          ${LIMITS.map(({ id, label, show }) => {
            const limit = device.limits[id];
            return limit === undefined
              ? nothing
              : html`<div>
                  <dt>${label}</dt>
                  <dd>${show(limit)}</dd>
                </div>`;
          })}
        </dl>
      </section>
    `;
  }

  static override readonly styles = [
    base,
    panel,
    css`
      :host {
        display: block;
      }
      .panel {
        padding: 1.1rem 1.25rem;
      }
      h2 {
        margin-block: 0.15rem;
        overflow-wrap: anywhere;
      }
      .cpu {
        margin-top: 0.8rem;
        padding: 0.55rem 0.75rem;
        border-left: 3px solid var(--wa-color-warning-60);
        background: var(--wa-color-warning-fill-quiet);
      }
      .features {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem 1rem;
        margin: 0.9rem 0;
        padding: 0;
        list-style: none;
        font-size: 0.875rem;
      }
      .features li {
        display: flex;
        align-items: center;
        gap: 0.35rem;
      }
      .there svg {
        color: var(--good);
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
        gap: 0.3rem 2.5rem;
        padding-top: 0.8rem;
        border-top: 1px solid var(--wa-color-surface-border);
        font-size: 0.875rem;
      }
      dl div {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      dd {
        font-variant-numeric: tabular-nums;
        text-align: right;
      }
    `,
  ];
}

/** The most descriptive name that the adapter has. */
export function deviceName({ description, device, architecture, vendor }: DeviceReport): string {
  return (
    [description, device, architecture, vendor].find((word) => word !== '') ?? 'A GPU that gives no name'
  );
}

/** `4`, or `16–32`. */
export function subgroupSizes({ subgroupMinSize, subgroupMaxSize }: DeviceReport): string {
  return subgroupMinSize === subgroupMaxSize
    ? String(subgroupMinSize)
    : `${subgroupMinSize}–${subgroupMaxSize}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-device-card': DeviceCard;
  }
}
