import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Progress } from '../../measure/measure-plan.ts';
import { leftWords } from './progress-words.ts';
import { base } from '../shell/styles.ts';

/** How far a run is, as a bar and a line of text; what stops it goes in the slot. */
@customElement('tw-progress')
export class ProgressLine extends LitElement {
  @property({ attribute: false }) progress: Progress | undefined;
  @property({ type: Boolean }) cancelling = false;
  private readonly started = performance.now();

  override render() {
    const percent = Math.round(100 * (this.progress?.fraction ?? 0));
    const message = this.cancelling ? 'Cancelling…' : (this.progress?.message ?? 'Starting…');
    return html`
      <div>
        <wa-progress-bar value=${percent} label="Progress of the run"></wa-progress-bar>
        <p class="small">
          <span class="mono">${message}</span>
          <span class="quiet">${percent} %${this.left}</span>
        </p>
      </div>
      <slot></slot>
    `;
  }

  /** `, about 40 s left`: as the time so far tells, once it tells anything. */
  private get left(): string {
    const { fraction = 0 } = this.progress ?? {};
    const spent = performance.now() - this.started;
    if (this.cancelling || fraction < 0.05 || spent < 2000) return '';
    return `, about ${leftWords((spent * (1 - fraction)) / fraction)} left`;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 1.25rem;
      }
      wa-progress-bar {
        --track-height: 0.375rem;
      }
      p {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
        margin-top: 0.4rem;
        font-variant-numeric: tabular-nums;
      }
      .mono {
        overflow-wrap: anywhere;
      }
      .quiet {
        white-space: nowrap;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-progress': ProgressLine;
  }
}
