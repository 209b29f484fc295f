import * as Plot from '@observablehq/plot';
import { problemSize, sizeLabel, sizesOf, variantsOf } from '../../measure/describe.ts';
import type { Result } from '../../measure/report.ts';
import { logDomain, sizeTicks } from './axes.ts';
import type { Styles } from './marks.ts';
import { isBad } from './points.ts';
import { seriesStyles } from './style.ts';

export interface ChartOptions {
  /** In CSS pixels. Default 640; readable from 320 up. */
  readonly width?: number;
  /** Where to make the elements. Default: the page's own. */
  readonly document?: Document;
  /** Variant ids in teaching order, so that one variant looks the same in every chart. Default: as they appear. */
  readonly variants?: readonly string[];
}

export type Chart = (SVGSVGElement | HTMLElement) & Plot.Plot;

/** What tells one kind of chart from another. */
export interface Drawing {
  /** For those who cannot see it. */
  readonly what: string;
  readonly marginLeft: number;
  readonly y: {
    readonly type: 'log' | 'linear';
    readonly domain: [number, number];
    readonly ticks: number[];
    readonly format: (value: number) => string;
    readonly label: string;
  };
  readonly marks: (styles: Styles) => Plot.Markish[];
}

const MARGIN_RIGHT = 16;

// A scale's legend takes these too, though its type does not say so: filled swatches, hollow marks or not.
const solid = { fill: 'color', stroke: 'none' };

/** Draws what all charts share: the size axis, the legend, colours and symbols by variant. */
export function draw(
  results: readonly Result[],
  options: ChartOptions,
  { what, marginLeft, y, marks }: Drawing,
): Chart {
  const width = options.width ?? 640;
  const styles = seriesStyles(options.variants ?? variantsOf(results));
  const present = [...styles].filter(([variant]) => results.some((result) => result.variant === variant));
  const domain = present.map(([variant]) => variant);
  const sizes = sizesOf(results);
  const x = logDomain(sizes);
  const [first] = results;
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
    ariaDescription: description(results),
    x: { type: 'log', domain: x },
    y: { type: y.type, domain: y.domain },
    color: { domain, range: present.map(([, style]) => style.color) },
    symbol: { domain, range: present.map(([, style]) => style.symbol), legend: true, ...solid },
    marks: [
      Plot.gridX(sizes, { strokeOpacity: 0.12 }),
      Plot.gridY(y.ticks, { strokeOpacity: 0.12 }),
      // Tick texts are given as a channel: left to itself, a log axis drops some of them.
      Plot.axisX(sizeTicks(sizes, x, width - marginLeft - MARGIN_RIGHT), {
        text: String,
        label: `${first ? sizeLabel(first) : 'size'} →`,
        labelAnchor: 'right',
      }),
      Plot.axisY(y.ticks, { text: y.format, label: y.label }),
      ...marks(styles),
    ],
  });
  // The figure wraps legend and drawing; only the drawing is a picture.
  chart.querySelector('svg[aria-label]')?.setAttribute('role', 'img');
  chart.querySelector('[class$="swatches-wrap"]')?.setAttribute('style', 'font: inherit; font-size: 13px');
  return chart;
}

/** What a listener needs from the picture; the numbers themselves are in the table. */
function description(results: readonly Result[]): string {
  const [first] = results;
  if (!first) return 'No results yet.';
  const unit = sizeLabel(first).split(', ')[1] ?? '';
  const walls = results.filter((result) => result.status === 'out-of-memory');
  const bad = results.filter(isBad);
  const at = (result: Result) => `${result.variant} at ${problemSize(result)}`;
  return [
    `${first.operation}: ${variantsOf(results).join(', ')} at ${sizesOf(results).join(', ')} ${unit}.`,
    ...(walls.length > 0 ? [`Out of memory: ${walls.map(at).join('; ')}.`] : []),
    ...(bad.length > 0 ? [`Wrong or failed, not ranked: ${bad.map(at).join('; ')}.`] : []),
  ].join(' ');
}
