import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatError } from '../../../measure/format.ts';
import type { CallState } from '../../lab/call-controller.ts';
import { errorWords } from '../../shell/error-words.ts';
import { badIcon, goodIcon, warningIcon } from '../../shell/icons.ts';
import { base } from '../../shell/styles.ts';
import type { Agreement } from './frame.ts';

/** Relative L2 that f32 kernels stay within on problems of this size. */
export const AGREES_WITHIN = 1e-5;

/** Whether the GPU, given the same inputs, ends where the steps end. */
@customElement('tw-gpu-agreement')
export class GpuAgreement extends LitElement {
  @property({ attribute: false }) state: CallState<Agreement> = { kind: 'idle' };

  override render() {
    return html`<h3>The same on the GPU</h3>
      <div role="status">${this.content()}</div>`;
  }

  private content(): TemplateResult {
    const { state } = this;
    switch (state.kind) {
      case 'idle':
      case 'cancelled':
        return html`<p class="quiet" data-state="waiting">Waiting for a device.</p>`;
      case 'running':
        return html`<p class="quiet" data-state="running">Running the kernel on the same inputs…</p>`;
      case 'failed': {
        const { title, detail } = errorWords(state.error);
        return html`<p data-state="failed"><span class="bad">${warningIcon} ${title}.</span> ${detail}</p>`;
      }
      case 'done':
        return this.result(state.value);
    }
  }

  private result({ variant, differences }: Agreement): TemplateResult {
    const agrees = differences.every(({ relL2 }) => relL2 <= AGREES_WITHIN);
    const largest = differences.reduce((most, { maxAbs }) => Math.max(most, maxAbs), 0);
    return html`
      <p data-state=${agrees ? 'agrees' : 'differs'}>
        <span class=${agrees ? 'good' : 'bad'}
          >${agrees ? goodIcon : badIcon} ${agrees ? 'It agrees' : 'It differs'}:</span
        >
        <code>${variant}</code> in f32 is at most <strong>${formatError(largest)}</strong> away from these
        float64 steps.
      </p>
      <ul class="small">
        ${differences.map(
          ({ name, maxAbs }) =>
            html`<li><code>${name}</code> <span class="quiet">±</span> ${formatError(maxAbs)}</li>`,
        )}
      </ul>
    `;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
      }
      h3 {
        margin-bottom: 0.5rem;
      }
      p {
        font-size: 0.9375rem;
        overflow-wrap: anywhere;
      }
      svg {
        vertical-align: -0.1em;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1.25rem;
        margin-top: 0.5rem;
        padding: 0;
        list-style: none;
      }
      .good {
        color: var(--good);
        font-weight: 650;
      }
      .bad {
        color: var(--bad);
        font-weight: 650;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-gpu-agreement': GpuAgreement;
  }
}
