import * as Plot from '@observablehq/plot';
import { seriesOf, variantsOf } from '../../../measure/describe.ts';
import { formatGflops, formatNumber } from '../../../measure/format.ts';
import type { Report, Result } from '../../../measure/report.ts';
import { ridge, rooflinePoints, type RooflinePoint } from '../../../measure/roofline.ts';
import { decimalTicks, logDomain } from './axes.ts';
import { present } from './draw.ts';
import { drawFrame, type Chart, type ChartOptions } from './frame.ts';
import { labelledRule } from './marks.ts';
import { nameOf } from './points.ts';
import { ink, seriesStyles } from '../../shell/series-styles.ts';

export interface RooflineChartOptions extends ChartOptions {
  readonly roofs: NonNullable<Report['peaks']>;
  /** The best matmul of the same run: what a real kernel reaches below the upper roof. */
  readonly matmul?: Report['matmul'];
}

/**
 * Useful GFLOP/s against useful FLOP per byte moved, log–log, below the roofs of the device: Williams et al.,
 * "Roofline" (2009). What caches serve may stand above the slope.
 */
export function rooflineChart(results: readonly Result[], options: RooflineChartOptions): Chart {
  const { roofs, matmul } = options;
  const points = rooflinePoints(results, roofs);
  const x = logDomain([...points.map(({ intensity }) => intensity), ridge(roofs)], 0.12);
  const y = logDomain([...points.map(({ gflops }) => gflops), roofs.fma.gflops], 0.12);
  const styles = seriesStyles(options.variants ?? variantsOf(results));
  const ticks = decimalTicks(x);
  return drawFrame(options, {
    what: 'Roofline: useful GFLOP/s against useful FLOP per byte, both axes logarithmic',
    description: description(points, roofs),
    marginLeft: 54,
    x: {
      type: 'log',
      domain: x,
      ticks,
      grid: ticks,
      format: formatNumber,
      label: 'useful FLOP a byte moved, log scale',
    },
    y: {
      type: 'log',
      domain: y,
      ticks: decimalTicks(y),
      format: formatNumber,
      label: '↑ useful GFLOP/s, log scale',
    },
    styles: present(styles, results),
    marks: [
      ...roofLines(roofs, x, y),
      ...(matmul
        ? labelledRule(matmul.gflops, `best matmul: ${formatGflops(matmul.gflops)}`, ink.quiet)
        : []),
      Plot.dot(points, {
        x: 'intensity',
        y: 'gflops',
        fill: ({ result }: RooflinePoint) => seriesOf(result),
        symbol: ({ result }: RooflinePoint) => seriesOf(result),
        r: 4.5,
        title: tooltip,
      }),
    ],
  });
}

/** Up the slope of memory to the ridge, then along what multiply-adds allow. */
function roofLines(
  roofs: RooflineChartOptions['roofs'],
  [left, right]: readonly [number, number],
  [bottom]: readonly [number, number],
): Plot.Markish[] {
  const { fma, copy } = roofs;
  const from = Math.max(left, bottom / copy.gbPerS);
  const corners = [
    { x: from, y: from * copy.gbPerS },
    { x: ridge(roofs), y: fma.gflops },
    { x: right, y: fma.gflops },
  ];
  const words = `multiply-adds: ${formatGflops(fma.gflops)}`;
  return [
    Plot.line(corners, { x: 'x', y: 'y', stroke: ink.quiet, strokeWidth: 2 }),
    Plot.text([words], {
      x: [right],
      y: [fma.gflops],
      text: [words],
      textAnchor: 'end',
      dy: -9,
      fill: ink.quiet,
      stroke: ink.surface,
      strokeWidth: 4,
    }),
  ];
}

const tooltip = ({
  result,
  intensity,
  gflops,
  roof,
  boundBy,
  timesLeast,
  timesUseful,
}: RooflinePoint): string =>
  [
    `${nameOf(result)}: ${formatGflops(gflops)} at ${formatNumber(intensity)} FLOP/byte`,
    `${formatNumber((100 * gflops) / roof)} % of the roof of ${boundBy}`,
    `${formatNumber(timesLeast)}× the least traffic, ${formatNumber(timesUseful)}× the useful FLOPs`,
  ].join('\n');

function description(points: readonly RooflinePoint[], roofs: RooflineChartOptions['roofs']): string {
  if (points.length === 0) return 'No results yet.';
  const variants = variantsOf(points.map(({ result }) => result)).join(', ');
  return `${variants}, below ${formatGflops(roofs.fma.gflops)} of multiply-adds and ${formatNumber(roofs.copy.gbPerS)} GB/s of copies. The figures are in the table.`;
}
