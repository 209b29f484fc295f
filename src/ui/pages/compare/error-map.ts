import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { seriesOf } from '../../../measure/describe.ts';
import type { Result } from '../../../measure/report.ts';
import { errorChart, errorWords } from '../../report/charts/error-chart.ts';
import { base } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';

/** Where a wrong result is wrong, as a picture and in words. */
@customElement('tw-error-map')
export class ErrorMapView extends LitElement {
  @property({ attribute: false }) result: Result | undefined;
  private readonly own = new WidthController(this);

  override render() {
    const { result } = this;
    if (!result?.errorMap || this.own.width === 0) return nothing;
    return html`
      <h3>${seriesOf(result)}${result.edited ? ', edited' : ''}</h3>
      <p class="small">${errorWords(result.errorMap)}</p>
      ${errorChart(result.errorMap, Math.min(this.own.width, 560))}
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
