import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Peaks } from '../../../measure/report.ts';
import type { LabClient } from '../../../worker/api.ts';
import { CallController } from '../../lab/call-controller.ts';
import { progressLine } from '../../lab/run-status.ts';
import { errorWords } from '../../shell/error-words.ts';
import { runIcon, warningIcon } from '../../shell/icons.ts';
import { base } from '../../shell/styles.ts';
import { peakLines } from './device-text.ts';

/** Measures the speed of the device, and sends it with the event `peaks`. */
@customElement('tw-peaks-panel')
export class PeaksPanel extends LitElement {
  @property({ attribute: false }) lab: LabClient | undefined;
  @state() private peaks: Peaks | undefined;
  private readonly calls = new CallController<Peaks>(this);

  override render() {
    const { peaks } = this;
    const { run } = this.calls;
    const running = run.kind === 'running';
    return html`
      <div class="head">
        <h2>How fast it is</h2>
        ${
          running
            ? nothing
            : html`<wa-button
                data-action="measure"
                size="s"
                variant=${peaks ? 'neutral' : 'brand'}
                appearance=${peaks ? 'outlined' : 'accent'}
                ?disabled=${!this.lab}
                @click=${this.measure}
              >
                <span slot="start">${runIcon}</span>${peaks ? 'Measure again' : 'Measure'}
              </wa-button>`
        }
      </div>
      ${run.kind === 'running' ? progressLine(run, this.cancel) : nothing}
      ${peaks ? figures(peaks) : running ? nothing : html`<p class="quiet">${PROMISE}</p>`}
      ${run.kind === 'failed' ? problem(run.error) : nothing}
    `;
  }

  private readonly cancel = (): void => {
    this.calls.cancel();
  };

  private readonly measure = async (): Promise<void> => {
    const { lab } = this;
    if (!lab) return;
    const peaks = await this.calls.call((options) => lab.peaks(options));
    if (!peaks) return;
    this.peaks = peaks;
    this.dispatchEvent(new CustomEvent<Peaks>('peaks', { detail: peaks }));
  };

  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 1rem;
        min-height: 2.25rem;
        margin-bottom: 0.6rem;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr));
        gap: 1rem 1.5rem;
      }
      dt {
        color: var(--wa-color-text-quiet);
        font-size: 0.875rem;
      }
      .figure {
        font-size: 1.5rem;
        font-weight: 650;
        font-variant-numeric: tabular-nums;
        letter-spacing: -0.02em;
      }
      .problem {
        margin-top: 0.6rem;
        color: var(--bad);
      }
    `,
  ];
}

function problem(error: unknown): TemplateResult {
  const { title, detail } = errorWords(error);
  return html`<p class="problem" role="alert">${warningIcon} <strong>${title}.</strong> ${detail}</p>`;
}

const PROMISE =
  'Multiply-adds in registers, the best of a few matmuls, and copies of memory: what bounds every kernel here. It takes some seconds.';

const figures = (peaks: Peaks): TemplateResult => html`
  <dl>
    ${peakLines(peaks).map(
      ({ name, figure, how }) => html`
        <div>
          <dt>${name}</dt>
          <dd class="figure">${figure}</dd>
          <dd class="small quiet">${how}</dd>
        </div>
      `,
    )}
  </dl>
`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-peaks-panel': PeaksPanel;
  }
}
