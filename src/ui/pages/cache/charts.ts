import * as Plot from '@observablehq/plot';
import { formatMs } from '../../../measure/format.ts';
import type { CacheStudyRow } from '../../../operations/kv-cache/study.ts';
import { decimalTicks, logDomain } from '../../report/charts/axes.ts';
import { drawFrame, type Chart, type ChartOptions } from '../../report/charts/frame.ts';
import { ink, seriesStyles } from '../../shell/series-styles.ts';

/** A figure that tells how much a method loses: none is 0. */
export const LOSSES = {
  outputRelL2: { label: 'Error of the output', of: (row: CacheStudyRow) => row.outputRelL2 },
  kl: { label: 'KL(P‖P̂), nats', of: (row: CacheStudyRow) => row.kl },
  logitMaxAbs: { label: 'Largest error of a score', of: (row: CacheStudyRow) => row.logitMaxAbs },
  sameTop: { label: 'Rows whose top key changes', of: (row: CacheStudyRow) => 1 - row.sameTop },
} as const;

export type LossId = keyof typeof LOSSES;

/** A method of the study, with its kind. */
export interface StudiedRow extends CacheStudyRow {
  readonly kind: 'format' | 'selection';
}

interface Point {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly bytes: number;
  readonly kept: number;
  readonly loss: number;
  readonly title: string;
}

/** Rows that a logarithmic picture can show: no loss at all has no place in it. */
function pointsOf(rows: readonly StudiedRow[], loss: LossId): Point[] {
  return rows.flatMap((row): Point[] => {
    const value = LOSSES[loss].of(row);
    if (!(value > 0)) return [];
    const { id, label, kind, bytesPerToken: bytes, keptTokens: kept } = row;
    const title = `${label}: ${value.toPrecision(3)} at ${bytes.toFixed(0)} bytes a token`;
    return [{ id, label, kind: `${kind}s`, bytes, kept, loss: value, title }];
  });
}

/** Points that no other beats in both bytes and loss, by bytes. */
const frontierOf = (points: readonly Point[]): Point[] =>
  points
    .filter((one) => !points.some((other) => other.bytes <= one.bytes && other.loss < one.loss))
    .sort((a, b) => a.bytes - b.bytes || b.loss - a.loss);

const decimal = (value: number): string => String(Number(value.toPrecision(3)));

/** Loss over bytes, log–log. The line joins the methods that no other beats in both. */
export function frontierChart(rows: readonly StudiedRow[], loss: LossId, options: ChartOptions): Chart {
  const points = pointsOf(rows, loss);
  const frontier = frontierOf(points);
  const [xDomain, yDomain] = [
    logDomain(points.map((one) => one.bytes)),
    logDomain(points.map((one) => one.loss)),
  ];
  const xTicks = decimalTicks(xDomain, 7);
  return drawFrame(options, {
    what: `${LOSSES[loss].label} over bytes of the cache for each token, both axes logarithmic`,
    description: `On the frontier: ${frontier.map(({ label }) => label).join(', ')}. The numbers are in the table.`,
    marginLeft: 56,
    x: {
      ...{ type: 'log', domain: xDomain, ticks: xTicks, grid: xTicks, format: decimal },
      label: 'bytes for each token, log scale',
    },
    y: {
      ...{ type: 'log', domain: yDomain, ticks: decimalTicks(yDomain, 7), format: decimal },
      label: `↑ ${LOSSES[loss].label}, log scale`,
    },
    styles: [...seriesStyles(['', 'formats', 'selections'])].slice(1),
    marks: [
      Plot.line(frontier, { x: 'bytes', y: 'loss', stroke: ink.quiet, strokeDasharray: '4 3' }),
      Plot.dot(points, { x: 'bytes', y: 'loss', fill: 'kind', symbol: 'kind', r: 5, title: 'title' }),
      Plot.text(frontier, {
        ...{ x: 'bytes', y: 'loss', text: 'label', dy: -11 },
        ...{ fill: 'currentColor', stroke: ink.surface, strokeWidth: 3 },
      }),
    ],
  });
}

/** Loss over the keys that are left, of selections; log–log. */
export function budgetChart(rows: readonly StudiedRow[], loss: LossId, options: ChartOptions): Chart {
  const points = pointsOf(
    rows.filter(({ kind }) => kind === 'selection'),
    loss,
  );
  const styles = seriesStyles(['', ...new Set(points.map(({ id }) => id))]);
  const series = [...styles].slice(1);
  const [xDomain, yDomain] = [
    logDomain(points.map((one) => one.kept)),
    logDomain(points.map((one) => one.loss)),
  ];
  const xTicks = [...new Set(points.map((one) => one.kept))].sort((a, b) => a - b);
  return drawFrame(options, {
    what: `${LOSSES[loss].label} over the keys that are left, both axes logarithmic`,
    description: `${series.map(([id]) => id).join(', ')} at ${xTicks.join(', ')} keys. The numbers are in the table.`,
    marginLeft: 56,
    x: {
      ...{ type: 'log', domain: xDomain, ticks: xTicks, grid: xTicks, format: String },
      label: 'keys left, log scale',
    },
    y: {
      ...{ type: 'log', domain: yDomain, ticks: decimalTicks(yDomain, 7), format: decimal },
      label: `↑ ${LOSSES[loss].label}, log scale`,
    },
    styles: series,
    marks: [
      ...series.map(([id, { dash }]) =>
        Plot.line(
          points.filter((point) => point.id === id),
          { x: 'kept', y: 'loss', stroke: 'id', strokeWidth: 2, strokeDasharray: dash },
        ),
      ),
      Plot.dot(points, { x: 'kept', y: 'loss', fill: 'id', symbol: 'id', r: 4, title: 'title' }),
    ],
  });
}

/** Times of one step of decoding, as bars in the order of the study. */
export function timeBars(rows: readonly StudiedRow[], { width = 640 }: ChartOptions): Chart {
  const bars = rows.flatMap(({ label, kind, ms }) => (ms === null ? [] : [{ label, kind: `${kind}s`, ms }]));
  const styles = [...seriesStyles(['', 'formats', 'selections'])].slice(1);
  const chart = Plot.plot({
    ...{ width, height: 44 + 22 * bars.length, marginLeft: 130, marginRight: 64 },
    style: { fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
    ariaLabel: 'Time of one step of decoding by method',
    ariaDescription: 'The numbers are in the table.',
    x: { label: null, ticks: 0 },
    y: { domain: bars.map(({ label }) => label), label: null },
    color: { domain: styles.map(([kind]) => kind), range: styles.map(([, { color }]) => color) },
    marks: [
      Plot.barX(bars, { x: 'ms', y: 'label', fill: 'kind', insetTop: 2, insetBottom: 2 }),
      Plot.text(bars, {
        ...{ x: 'ms', y: 'label', text: ({ ms }: { ms: number }) => formatMs(ms) },
        ...{ textAnchor: 'start', dx: 6, fill: 'currentColor' },
      }),
    ],
  });
  chart.setAttribute('role', 'img');
  return chart;
}
