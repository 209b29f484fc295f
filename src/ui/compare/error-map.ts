import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Result } from '../../measure/report.ts';
import { errorChart, errorWords } from '../charts/error-chart.ts';
import { base } from '../styles.ts';
import { WidthController } from '../width-controller.ts';

/** Where a wrong result is wrong, as a picture and in words. */
@customElement('tw-error-map')
export class ErrorMapView extends LitElement {
  @property({ attribute: false }) result: Result | undefined;
  private readonly own = new WidthController(this);

  override render() {
    const { errorMap, label, variant, edited } = this.result ?? {};
    if (!errorMap || this.own.width === 0) return nothing;
    return html`
      <h3>${label} · ${variant}${edited ? ', edited' : ''}</h3>
      <p class="small">${errorWords(errorMap)}</p>
      ${errorChart(errorMap, Math.min(this.own.width, 560))}
    `;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 0.4rem;
        min-width: 0;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-error-map': ErrorMapView;
  }
}
