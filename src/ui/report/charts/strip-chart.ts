import * as Plot from '@observablehq/plot';
import { formatMs } from '../../../measure/format.ts';
import type { Result } from '../../../measure/report.ts';
import { decimalTicks, logDomain } from './axes.ts';
import { seriesStyles } from '../../shell/series-styles.ts';

/** From this ratio of the slowest sample to the fastest, the axis is logarithmic: a linear one would squeeze one side. */
const LINEAR_UP_TO = 4;

const ROW_HEIGHT = 46;
/** The width of a letter at 12 px. */
const CHARACTER = 7;

/** Every sample that was kept of every result, one strip each, with the median and its 95 % interval. */
export function stripChart(results: readonly Result[], width: number) {
  const strips = results.flatMap(({ variant, label = variant, time }) =>
    time ? [{ label, time, all: time.all ?? [] }] : [],
  );
  const labels = strips.map(({ label }) => label);
  const styles = seriesStyles(results.map(({ variant, label = variant }) => label));
  const samples = strips.flatMap(({ label, all }) =>
    all.map((ms, round) => ({ label, ms, title: `${label}, round ${round + 1}: ${formatMs(ms)}` })),
  );
  const values = strips.flatMap(({ time, all }) => [time.lowMs, time.highMs, ...all]);
  const isWide = Math.max(...values) > LINEAR_UP_TO * Math.min(...values);
  const domain = logDomain(values);
  const medians = strips.map(({ label, time }) => ({ label, ...time }));
  const chart = Plot.plot({
    width,
    height: ROW_HEIGHT * labels.length + 60,
    marginLeft: 12 + CHARACTER * Math.max(2, ...labels.map(({ length }) => length)),
    marginRight: 20,
    marginTop: 8,
    marginBottom: 44,
    style: { fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
    ariaLabel: `${samples.length === 0 ? 'Medians' : 'Every sample'}: time for one execution${isWide ? ', logarithmic' : ''}`,
    ariaDescription: medians
      .map(
        ({ label, medianMs, lowMs, highMs, samples: count }) =>
          `${label}: ${count} samples, median ${formatMs(medianMs)}, ${formatMs(lowMs)} to ${formatMs(highMs)}.`,
      )
      .join(' '),
    x: {
      type: isWide ? 'log' : 'linear',
      ...(isWide
        ? { domain, ticks: decimalTicks(domain, 6) }
        : { ticks: Math.max(3, Math.floor(width / 110)), nice: true }),
      tickFormat: (ms: number) => formatMs(ms),
      label: 'time for one execution →',
      grid: true,
    },
    y: { domain: labels, label: null, tickSize: 0 },
    color: { domain: labels, range: labels.map((label) => styles.get(label)?.color ?? 'currentColor') },
    marks: [
      Plot.ruleY(medians, {
        y: 'label',
        x1: 'lowMs',
        x2: 'highMs',
        stroke: 'label',
        strokeWidth: 9,
        strokeOpacity: 0.22,
      }),
      Plot.dot(samples, { x: 'ms', y: 'label', fill: 'label', fillOpacity: 0.55, r: 3.5, title: 'title' }),
      Plot.tickX(medians, { x: 'medianMs', y: 'label', stroke: 'label', strokeWidth: 2.5, inset: 6 }),
    ],
  });
  chart.setAttribute('role', 'img');
  return chart;
}
