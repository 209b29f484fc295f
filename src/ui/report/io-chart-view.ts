import { LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { ioChart, type TimedIoPoint } from './charts.ts';

/** Modelled traffic over the height of a tile, drawn. */
@customElement('tw-io-chart')
export class IoChartView extends LitElement {
  @property({ attribute: false }) points: readonly TimedIoPoint[] = [];
  /** In px; drawn once it is above 0. */
  @property({ attribute: false }) width = 0;

  override render() {
    return this.width > 0 ? ioChart(this.points, { width: this.width }) : nothing;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-io-chart': IoChartView;
  }
}
