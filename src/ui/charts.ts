import * as Plot from '@observablehq/plot';
import { problemSize, problemTitle, sizeLabel, sizesOf, variantsOf } from '../measure/describe.ts';
import { formatBytes, formatGflops, formatMs, formatMsInterval, formatNumber } from '../measure/format.ts';
import type { Report, Result } from '../measure/report.ts';
import { binaryTicks, decimalTicks, linearTicks, logDomain, sizeTicks } from './charts/axes.ts';
import { ink, seriesStyles } from './charts/style.ts';

export interface ChartOptions {
  /** In CSS pixels. Default 640; readable from 320 up. */
  readonly width?: number;
  /** Where to make the elements. Default: the page's own. */
  readonly document?: Document;
  /** Variant ids in teaching order, so that one variant looks the same in every chart. Default: as they appear. */
  readonly variants?: readonly string[];
}

export type Chart = (SVGSVGElement | HTMLElement) & Plot.Plot;

/**
 * Median time against size, log–log, one line a variant, whiskers for the 95 % interval. Takes the results
 * of one family (`families` in measure/describe): sizes and variants may differ, nothing else.
 * Wrong and failed results are crossed out, never joined to a line.
 */
export function timeChart(results: readonly Result[], options: ChartOptions = {}): Chart {
  const points = results.flatMap((result) => {
    const { time } = result;
    return result.status === 'ok' && time ? [{ ...pointOf(result), ...time, title: timeTitle(result) }] : [];
  });
  const domain = logDomain(points.flatMap((point) => [point.lowMs, point.highMs]));
  const crossed = results
    .filter(isBad)
    .map((result) => ({ ...crossOf(result), y: clamp(result.time?.medianMs ?? Infinity, domain) }));
  return draw(results, options, {
    what: 'Median time against problem size, both axes logarithmic',
    marginLeft: 54,
    y: {
      type: 'log',
      domain,
      ticks: decimalTicks(domain),
      format: formatMs,
      label: '↑ median time, log scale',
    },
    marks: (styles) => [
      ...memoryWall(results),
      ...lines(points, 'medianMs', styles),
      Plot.ruleX(points, {
        x: 'size',
        y1: 'lowMs',
        y2: 'highMs',
        stroke: 'variant',
        strokeWidth: 1.5,
        marker: 'tick-y',
      }),
      Plot.dot(points, {
        x: 'size',
        y: 'medianMs',
        fill: 'variant',
        symbol: 'variant',
        r: 4.5,
        title: 'title',
      }),
      ...crosses(crossed),
    ],
  });
}

export interface MemoryChartOptions extends ChartOptions {
  /** The largest buffer the device allows, in bytes. Default: as the out-of-memory results tell. */
  readonly limitBytes?: number;
}

/**
 * Workspace bytes against size, log–log: what a variant needs beyond inputs and outputs. Out of memory is a
 * hollow mark at the bytes asked, above the device's limit. Takes one family, as `timeChart` does.
 */
export function memoryChart(results: readonly Result[], options: MemoryChartOptions = {}): Chart {
  const limits = results.flatMap((result) => (result.memory ? [result.memory.bytesLimit] : []));
  const limit = options.limitBytes ?? (limits.length > 0 ? Math.min(...limits) : undefined);
  const sized = results.flatMap((result) =>
    result.workspaceBytes === undefined || result.status === 'out-of-memory' || isBad(result)
      ? []
      : [{ ...pointOf(result), bytes: result.workspaceBytes }],
  );
  const refused = results.flatMap((result) =>
    result.memory
      ? [{ ...pointOf(result), bytes: result.memory.bytesAsked, title: refusedTitle(result) }]
      : [],
  );
  const positive = [...sized, ...refused].map((point) => point.bytes).filter((bytes) => bytes > 0);
  // A log axis has no zero: variants without workspace lie on a floor of their own, labelled `none`.
  const floor = Math.min(1024, ...positive) / 8;
  const hasNone = sized.some((point) => point.bytes === 0);
  const shown = [...positive, ...(hasNone ? [floor] : []), ...(limit === undefined ? [] : [limit])];
  const domain = logDomain(shown.length > 0 ? shown : [1024, 2 ** 20], 0.08);
  const ticks = binaryTicks(domain).filter((tick) => !hasNone || tick >= floor * 4);
  const placed = sized.map((point) => ({
    ...point,
    bytes: Math.max(point.bytes, floor),
    title: `${point.name}: ${point.bytes === 0 ? 'no workspace' : `${formatBytes(point.bytes)} of workspace`}`,
  }));
  return draw(results, options, {
    what: 'Workspace memory against problem size, both axes logarithmic',
    marginLeft: 64,
    y: {
      type: 'log',
      domain,
      ticks: hasNone ? [floor, ...ticks] : ticks,
      format: (bytes: number) => (hasNone && bytes === floor ? 'none' : formatBytes(bytes)),
      label: '↑ workspace memory, log scale',
    },
    marks: (styles) => [
      ...(limit === undefined ? [] : limitRule(limit)),
      ...lines(placed, 'bytes', styles),
      Plot.dot(placed, { x: 'size', y: 'bytes', fill: 'variant', symbol: 'variant', r: 4.5, title: 'title' }),
      Plot.dot(refused, {
        x: 'size',
        y: 'bytes',
        stroke: 'variant',
        fill: ink.surface,
        symbol: 'variant',
        strokeWidth: 2,
        r: 6,
        title: 'title',
      }),
    ],
  });
}

export interface ThroughputChartOptions extends ChartOptions {
  /** The yardstick of the same report, drawn as a line. */
  readonly matmul?: Report['matmul'] | undefined;
}

/** Useful GFLOP/s against size, from zero, with the matmul yardstick. Takes one family, as `timeChart` does. */
export function throughputChart(results: readonly Result[], options: ThroughputChartOptions = {}): Chart {
  const points = results.flatMap((result) =>
    result.status === 'ok' && result.gflops !== undefined
      ? [{ ...pointOf(result), gflops: result.gflops, title: throughputTitle(result) }]
      : [],
  );
  const best = options.matmul?.gflops ?? 0;
  // A quarter above the highest, so that the labels of the wall and of the yardstick lie apart.
  const top = Math.max(best, ...points.map((point) => point.gflops)) * 1.25 || 1;
  const crossed = results
    .filter(isBad)
    .map((result) => ({ ...crossOf(result), y: clamp(result.gflops ?? 0, [0, top]) }));
  return draw(results, options, {
    what: 'Useful GFLOP/s against problem size',
    marginLeft: 54,
    y: {
      type: 'linear',
      domain: [0, top],
      ticks: linearTicks(top),
      format: formatNumber,
      label: '↑ useful GFLOP/s',
    },
    marks: (styles) => [
      ...(best > 0 ? matmulRule(best) : []),
      ...memoryWall(results),
      ...lines(points, 'gflops', styles),
      Plot.dot(points, {
        x: 'size',
        y: 'gflops',
        fill: 'variant',
        symbol: 'variant',
        r: 4.5,
        title: 'title',
      }),
      ...crosses(crossed),
    ],
  });
}

// A scale's legend takes these too, though its type does not say so: filled swatches, hollow marks or not.
const solid = { fill: 'color', stroke: 'none' };

type Styles = ReturnType<typeof seriesStyles>;

interface Drawing {
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

function draw(results: readonly Result[], options: ChartOptions, drawing: Drawing): Chart {
  const width = options.width ?? 640;
  const styles = seriesStyles(options.variants ?? variantsOf(results));
  const present = [...styles].filter(([variant]) => results.some((result) => result.variant === variant));
  const domain = present.map(([variant]) => variant);
  const sizes = sizesOf(results);
  const x = logDomain(sizes);
  const { y } = drawing;
  const [first] = results;
  const marginRight = 16;
  const chart = Plot.plot({
    ...(options.document ? { document: options.document } : {}),
    width,
    height: Math.round(Math.max(260, Math.min(400, width * 0.62))),
    marginLeft: drawing.marginLeft,
    marginRight,
    marginTop: 28,
    marginBottom: 40,
    style: { fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
    ariaLabel: drawing.what,
    ariaDescription: description(results),
    x: { type: 'log', domain: x },
    y: { type: y.type, domain: y.domain },
    color: { domain, range: present.map(([, style]) => style.color) },
    symbol: { domain, range: present.map(([, style]) => style.symbol), legend: true, ...solid },
    marks: [
      Plot.gridX(sizes, { strokeOpacity: 0.12 }),
      Plot.gridY(y.ticks, { strokeOpacity: 0.12 }),
      // Tick texts are given as a channel: left to itself, a log axis drops some of them.
      Plot.axisX(sizeTicks(sizes, x, width - drawing.marginLeft - marginRight), {
        text: String,
        label: `${first ? sizeLabel(first) : 'size'} →`,
        labelAnchor: 'right',
      }),
      Plot.axisY(y.ticks, { text: y.format, label: y.label }),
      ...drawing.marks(styles),
    ],
  });
  // The figure wraps legend and drawing; only the drawing is a picture.
  chart.querySelector('svg[aria-label]')?.setAttribute('role', 'img');
  chart.querySelector('[class$="swatches-wrap"]')?.setAttribute('style', 'font: inherit; font-size: 13px');
  return chart;
}

interface Point {
  readonly size: number;
  readonly variant: string;
  readonly name: string;
}

function pointOf(result: Result): Point {
  return {
    size: problemSize(result),
    variant: result.variant,
    name: `${result.variant}, ${problemTitle(result)}`,
  };
}

const isBad = (result: Result): boolean => result.status === 'wrong' || result.status === 'failed';

const clamp = (value: number, [low, high]: readonly [number, number]): number =>
  Math.min(high, Math.max(low, value));

/** One mark a variant, since a dash is not a scale. */
function lines(points: readonly Point[], y: string, styles: Styles): Plot.Markish[] {
  return [...styles].map(([variant, { dash }]) =>
    Plot.line(
      points.filter((point) => point.variant === variant),
      { x: 'size', y, z: 'variant', stroke: 'variant', sort: 'size', strokeWidth: 2, strokeDasharray: dash },
    ),
  );
}

function crossOf(result: Result) {
  return { ...pointOf(result), label: `${result.status.toUpperCase()}: ${result.variant}` };
}

function crosses(points: readonly (ReturnType<typeof crossOf> & { readonly y: number })[]): Plot.Markish[] {
  return [
    Plot.dot(points, { x: 'size', y: 'y', symbol: 'times', stroke: ink.bad, strokeWidth: 3, r: 8 }),
    Plot.text(points, {
      x: 'size',
      y: 'y',
      text: 'label',
      fill: ink.bad,
      stroke: ink.surface,
      strokeWidth: 4,
      fontWeight: 'bold',
      textAnchor: 'end',
      dx: -10,
    }),
  ];
}

/** A vertical rule where variants stop for want of memory, naming them. */
function memoryWall(results: readonly Result[]): Plot.Markish[] {
  const stopped = results.filter((result) => result.status === 'out-of-memory');
  const walls = sizesOf(stopped).map((size) => ({
    size,
    text: `memory wall: ${variantsOf(stopped.filter((result) => problemSize(result) === size)).join(', ')}`,
  }));
  return [
    Plot.ruleX(walls, { x: 'size', stroke: ink.bad, strokeWidth: 2, strokeDasharray: '5 4' }),
    Plot.text(walls, {
      x: 'size',
      text: 'text',
      frameAnchor: 'top',
      textAnchor: 'end',
      dx: -6,
      dy: 2,
      lineWidth: 16,
      fill: ink.bad,
      stroke: ink.surface,
      strokeWidth: 4,
    }),
  ];
}

function limitRule(limit: number): Plot.Markish[] {
  return [
    Plot.ruleY([limit], { stroke: ink.bad, strokeWidth: 2, strokeDasharray: '5 4' }),
    Plot.text([limit], {
      y: (bytes: number) => bytes,
      text: (bytes: number) => `largest buffer here: ${formatBytes(bytes)}`,
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: 6,
      dy: -9,
      fill: ink.bad,
      stroke: ink.surface,
      strokeWidth: 4,
    }),
  ];
}

function matmulRule(gflops: number): Plot.Markish[] {
  return [
    Plot.ruleY([gflops], { stroke: ink.quiet, strokeWidth: 2, strokeDasharray: '5 4' }),
    Plot.text([gflops], {
      y: (value: number) => value,
      text: (value: number) => `best matmul here: ${formatGflops(value)}`,
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: 6,
      dy: -9,
      fill: ink.quiet,
      stroke: ink.surface,
      strokeWidth: 4,
    }),
  ];
}

function timeTitle(result: Result): string {
  const { time } = result;
  if (!time) return result.variant;
  const interval = formatMsInterval(time.medianMs, time.lowMs, time.highMs);
  return `${pointOf(result).name}: ${formatMs(time.medianMs)} (95 %: ${interval})`;
}

function throughputTitle(result: Result): string {
  const share = result.percentOfMatmul;
  const percent = share === undefined ? '' : `, ${Math.round(share)} % of matmul`;
  return `${pointOf(result).name}: ${formatGflops(result.gflops ?? 0)}${percent}`;
}

function refusedTitle(result: Result): string {
  const { memory } = result;
  if (!memory) return result.variant;
  const { buffer, bytesAsked, bytesLimit } = memory;
  return `${pointOf(result).name}: asks ${formatBytes(bytesAsked)} for ${buffer}; the limit is ${formatBytes(bytesLimit)}`;
}

/** What a listener needs from the picture; the numbers themselves are in the table. */
function description(results: readonly Result[]): string {
  const [first] = results;
  if (!first) return 'No results yet.';
  const sizes = sizesOf(results);
  const walls = results.filter((result) => result.status === 'out-of-memory');
  const bad = results.filter(isBad);
  const at = (result: Result) => `${result.variant} at ${problemSize(result)}`;
  return [
    `${first.operation}: ${variantsOf(results).join(', ')} at ${sizes.join(', ')} ${sizeLabel(first).split(', ')[1] ?? ''}.`,
    ...(walls.length > 0 ? [`Out of memory: ${walls.map(at).join('; ')}.`] : []),
    ...(bad.length > 0 ? [`Wrong, not ranked: ${bad.map(at).join('; ')}.`] : []),
  ].join(' ');
}
