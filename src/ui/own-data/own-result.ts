import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { writeNpy } from '../../data/npy.ts';
import { writeSafetensors } from '../../data/safetensors.ts';
import { formatError, formatMs, formatNumber } from '../../measure/format.ts';
import { formatShape, type Tensor } from '../../core/tensor.ts';
import { badIcon, goodIcon, saveIcon } from '../shell/icons.ts';
import { saveFile } from '../shell/save-file.ts';
import { base, plainButton } from '../shell/styles.ts';
import type { OwnResult } from './call.ts';

/** The result of a run on own data: the verdict of the check, then every output with a button that saves it. */
@customElement('tw-own-result')
export class OwnResultView extends LitElement {
  @property({ attribute: false }) result: OwnResult | undefined;
  /** How many values of the inputs are NaN or infinite. */
  @property({ type: Number }) odd = 0;

  override render() {
    const { result } = this;
    if (!result) return nothing;
    const { run, tensors, numbers } = result;
    return html`
      <p role="status" data-check=${run.check?.ok === true ? 'ok' : 'off'}>
        ${verdict(result)}
        <span class="small quiet">${run.variant} · ${formatMs(run.gpuMs ?? run.wallMs)}, a first run</span>
      </p>
      ${
        this.odd === 0
          ? nothing
          : html`<p class="small bad">
              ${this.odd} ${this.odd === 1 ? 'value' : 'values'} of the inputs are NaN or infinite: what they
              reach cannot be right.
            </p>`
      }
      <ul>
        ${Object.entries(numbers).map(([name, value]) => html`<li><code>${name}</code> ${formatNumber(value)}</li>`)}
        ${Object.entries(tensors).map(([name, tensor]) => this.output(name, tensor))}
      </ul>
      <wa-button
        size="s"
        appearance="outlined"
        data-action="save-safetensors"
        @click=${() => {
          this.saveAll(result);
        }}
      >
        <span slot="start">${saveIcon}</span>Save all as .safetensors
      </wa-button>
    `;
  }

  private output(name: string, { shape, dtype = 'f32', data }: Tensor): TemplateResult {
    return html`
      <li>
        <code>${name}</code> ${dtype} ${formatShape(shape)}
        <button
          type="button"
          class="plain small"
          data-action=${`save-${name}`}
          @click=${() => {
            saveFile(`tilewise-${name}.npy`, writeNpy(dtype, shape, data));
          }}
        >
          Save ${name}.npy
        </button>
      </li>
    `;
  }

  private saveAll({ run, tensors, numbers }: OwnResult): void {
    const arrays = Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, data, dtype = 'f32' }]) => [name, { shape, data, dtype }]),
    );
    const values: Record<string, string> = Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [name, String(value)]),
    );
    const { operation, variant, params } = run;
    const about = { operation, variant, params: JSON.stringify(params), ...values };
    saveFile(`tilewise-${operation}.safetensors`, writeSafetensors(arrays, about));
  }

  static override readonly styles = [
    base,
    plainButton,
    css`
      :host {
        display: grid;
        gap: 0.6rem;
        justify-items: start;
        padding: 0.8rem 0.9rem;
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
      }
      ul {
        display: grid;
        gap: 0.25rem;
        padding: 0;
        list-style: none;
        font-size: 0.875rem;
        overflow-wrap: anywhere;
      }
      strong svg {
        vertical-align: -0.1em;
      }
      .good {
        color: var(--good);
      }
      .bad {
        color: var(--bad);
      }
    `,
  ];
}

function verdict({ run: { check } }: OwnResult): TemplateResult {
  if (!check) return html`<strong>Not checked.</strong>`;
  const figures = html`relative error ${formatError(check.relL2)}, allowed ${formatError(check.bound)}, over
  ${check.coverage}`;
  return check.ok
    ? html`<strong class="good">${goodIcon} Correct:</strong> ${figures}.`
    : html`<strong class="bad">${badIcon} WRONG:</strong> ${figures}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-own-result': OwnResultView;
  }
}
