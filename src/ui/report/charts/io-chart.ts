import * as Plot from '@observablehq/plot';
import { formatBytes, formatMs } from '../../../measure/format.ts';
import type { IoPoint } from '../../../operations/attention/io-model.ts';
import { ink, seriesStyles } from '../../shell/series-styles.ts';
import { binaryTicks, logDomain } from './axes.ts';
import { drawFrame, type Chart, type ChartOptions } from './frame.ts';

/** The series, in the order of their styles. */
const BOUND = 'lower bound';
const MOVED = 'flash, modelled';
const ORDER = 'N²d²/M';
const SERIES = [BOUND, MOVED, ORDER] as const;

/** A tile of the model, and its measured time if there is one. */
export interface TimedIoPoint extends IoPoint {
  readonly medianMs?: number | undefined;
}

/** Modelled traffic against the fast memory of a tile, log–log, beside what theory allows; the default tile is marked. */
export function ioChart(points: readonly TimedIoPoint[], options: ChartOptions = {}): Chart {
  const styles = seriesStyles(SERIES);
  const marks = points.flatMap(({ fastBytes, movedBytes, orderBytes, boundBytes, ...point }) => {
    const time = point.medianMs === undefined ? '' : `, measured ${formatMs(point.medianMs)}`;
    const title = (series: string, bytes: number) =>
      `${series}: ${formatBytes(bytes)} at ${point.blockM} × ${point.blockN}${series === MOVED ? time : ''}`;
    const heights: [string, number][] = [
      [BOUND, boundBytes],
      [MOVED, movedBytes],
      [ORDER, orderBytes],
    ];
    return heights.map(([series, bytes]) => ({
      ...{ series, bytes, size: fastBytes, isDefault: point.isDefault },
      title: title(series, bytes),
    }));
  });
  const xDomain = logDomain(points.map(({ fastBytes }) => fastBytes));
  const yDomain = logDomain(marks.map(({ bytes }) => bytes));
  const xTicks = binaryTicks(xDomain, 6);
  const chosen = marks.filter(({ series, isDefault }) => isDefault && series === MOVED);
  const [first] = chosen;
  return drawFrame(options, {
    what: 'Modelled traffic against the fast memory of a tile, both axes logarithmic',
    description: `Tiles of ${points.map(({ blockM }) => blockM).join(', ')} rows. The numbers are in the table.`,
    marginLeft: 64,
    x: {
      ...{ type: 'log', domain: xDomain, ticks: xTicks, grid: xTicks },
      format: formatBytes,
      label: 'M, fast memory of a workgroup, log scale',
    },
    y: {
      ...{ type: 'log', domain: yDomain, ticks: binaryTicks(yDomain, 6) },
      format: formatBytes,
      label: '↑ bytes moved, log scale',
    },
    styles: [...styles],
    marks: [
      ...[...styles].map(([series, { dash }]) =>
        Plot.line(
          marks.filter((mark) => mark.series === series),
          { x: 'size', y: 'bytes', stroke: 'series', strokeWidth: 2, strokeDasharray: dash },
        ),
      ),
      Plot.dot(marks, { x: 'size', y: 'bytes', fill: 'series', symbol: 'series', r: 4, title: 'title' }),
      Plot.dot(chosen, { x: 'size', y: 'bytes', stroke: ink.bad, strokeWidth: 2, r: 9 }),
      ...(first === undefined
        ? []
        : [
            Plot.text([first], { x: 'size', y: 'bytes', text: () => 'default tile', dy: -16, fill: ink.bad }),
          ]),
    ],
  });
}
