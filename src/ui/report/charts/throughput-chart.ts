import { formatGflops, formatNumber } from '../../../measure/format.ts';
import type { Report, Result } from '../../../measure/report.ts';
import { linearTicks } from './axes.ts';
import { draw, type Chart, type ChartOptions } from './draw.ts';
import { crosses, dots, labelledRule, lines, memoryWall } from './marks.ts';
import { crossesOf, nameOf, pointOf } from './points.ts';
import { ink } from '../../shell/series-styles.ts';

export interface ThroughputChartOptions extends ChartOptions {
  /** The yardstick of the same report, drawn as a line. */
  readonly matmul?: Report['matmul'];
}

/** Useful GFLOP/s against size, from zero, with the matmul yardstick. */
export function throughputChart(results: readonly Result[], options: ThroughputChartOptions = {}): Chart {
  const points = results.flatMap((result) => {
    const { status, gflops, percentOfMatmul } = result;
    if (status !== 'ok' || gflops === undefined) return [];
    const percent = percentOfMatmul === undefined ? '' : `, ${Math.round(percentOfMatmul)} % of matmul`;
    return [{ ...pointOf(result), y: gflops, title: `${nameOf(result)}: ${formatGflops(gflops)}${percent}` }];
  });
  const best = options.matmul?.gflops ?? 0;
  // A quarter above the highest, so that the labels of the wall and of the yardstick lie apart.
  const top = Math.max(best, ...points.map(({ y }) => y)) * 1.25 || 1;
  const crossed = crossesOf(results, (result) => result.gflops ?? 0, [0, top]);
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
      ...(best > 0 ? labelledRule(best, `best matmul here: ${formatGflops(best)}`, ink.quiet) : []),
      ...memoryWall(results),
      ...lines(points, styles),
      dots(points, styles),
      ...crosses(crossed),
    ],
  });
}
