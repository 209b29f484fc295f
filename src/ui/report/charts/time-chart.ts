import * as Plot from '@observablehq/plot';
import { formatMs, formatMsInterval } from '../../../measure/format.ts';
import type { Result } from '../../../measure/report.ts';
import { decimalTicks, logDomain } from './axes.ts';
import { draw, type Chart, type ChartOptions } from './draw.ts';
import { crosses, dots, lines, memoryWall } from './marks.ts';
import { crossesOf, nameOf, pointOf } from './points.ts';

/**
 * Median time against size, log–log, one line a variant, whiskers for the 95 % interval.
 * Wrong and failed results are crossed out, never joined to a line.
 */
export function timeChart(results: readonly Result[], options: ChartOptions = {}): Chart {
  const points = results.flatMap((result) => {
    const { status, time } = result;
    if (status !== 'ok' || !time) return [];
    const interval = formatMsInterval(time.medianMs, time.lowMs, time.highMs);
    const title = `${nameOf(result)}: ${formatMs(time.medianMs)} (95 %: ${interval})`;
    return [{ ...pointOf(result), ...time, y: time.medianMs, title }];
  });
  const domain = logDomain(points.flatMap((point) => [point.lowMs, point.highMs]));
  const crossed = crossesOf(results, (result) => result.time?.medianMs ?? Infinity, domain);
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
      ...lines(points, styles),
      Plot.ruleX(points, {
        x: 'size',
        y1: 'lowMs',
        y2: 'highMs',
        stroke: 'variant',
        strokeWidth: 1.5,
        marker: 'tick',
      }),
      dots(points, styles),
      ...crosses(crossed),
    ],
  });
}
