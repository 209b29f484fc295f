import * as Plot from '@observablehq/plot';
import type { SeriesStyle } from '../../shell/series-styles.ts';

export interface ChartOptions {
  /** Width in CSS pixels. Default 640; readable from 320 up. */
  readonly width?: number;
  /** The document that makes the elements. Default: the page's own. */
  readonly document?: Document;
  /** Variant ids in teaching order, so that one variant looks the same in every chart. Default: as they appear. */
  readonly variants?: readonly string[];
}

export type Chart = (SVGSVGElement | HTMLElement) & Plot.Plot;

export interface Axis {
  readonly type: 'log' | 'linear';
  readonly domain: [number, number];
  readonly ticks: number[];
  readonly format: (value: number) => string;
  readonly label: string;
}

/** The settings in which charts differ. */
export interface Frame {
  /** The description for screen readers: the kind of chart, and its contents. */
  readonly what: string;
  readonly description: string;
  readonly marginLeft: number;
  readonly x: Axis & { readonly grid: readonly number[] };
  readonly y: Axis;
  /** The variants in the legend. */
  readonly styles: readonly (readonly [string, SeriesStyle])[];
  readonly marks: readonly Plot.Markish[];
}

export const MARGIN_RIGHT = 16;

export const widthOf = ({ width = 640 }: ChartOptions): number => width;

// A scale's legend takes these too, though its type does not say so: filled swatches, hollow marks or not.
const solid = { fill: 'color', stroke: 'none' };

/** Draws what all charts share: axes, grid, the legend, colours and symbols by variant. */
export function drawFrame(
  options: ChartOptions,
  { what, description, marginLeft, x, y, styles, marks }: Frame,
): Chart {
  const width = widthOf(options);
  const domain = styles.map(([variant]) => variant);
  const chart = Plot.plot({
    ...(options.document ? { document: options.document } : {}),
    width,
    height: Math.round(Math.max(260, Math.min(400, width * 0.62))),
    marginLeft,
    marginRight: MARGIN_RIGHT,
    marginTop: 28,
    marginBottom: 40,
    style: { fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
    ariaLabel: what,
    ariaDescription: description,
    x: { type: x.type, domain: x.domain },
    y: { type: y.type, domain: y.domain },
    color: { domain, range: styles.map(([, style]) => style.color) },
    symbol: { domain, range: styles.map(([, style]) => style.symbol), legend: true, ...solid },
    marks: [
      Plot.gridX([...x.grid], { strokeOpacity: 0.12 }),
      Plot.gridY(y.ticks, { strokeOpacity: 0.12 }),
      // Tick texts are given as a channel: left to itself, a log axis drops some of them.
      Plot.axisX(x.ticks, { text: x.format, label: `${x.label} →`, labelAnchor: 'right' }),
      Plot.axisY(y.ticks, { text: y.format, label: y.label }),
      ...marks,
    ],
  });
  // The figure wraps legend and drawing; only the drawing is a picture.
  chart.querySelector('svg[aria-label]')?.setAttribute('role', 'img');
  chart.querySelector('[class$="swatches-wrap"]')?.setAttribute('style', 'font: inherit; font-size: 13px');
  return chart;
}
