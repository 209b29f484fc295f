import * as Plot from '@observablehq/plot';
import { formatBytes } from '../../../measure/format.ts';
import type { Result } from '../../../measure/report.ts';
import { binaryTicks, logDomain } from './axes.ts';
import { draw, type Chart, type ChartOptions } from './draw.ts';
import { labelledRule, lines, dots } from './marks.ts';
import { isBad, nameOf, pointOf } from './points.ts';
import { ink } from '../../shell/series-styles.ts';

export interface MemoryChartOptions extends ChartOptions {
  /** The largest buffer the device allows, in bytes. Default: as the out-of-memory results tell. */
  readonly limitBytes?: number | undefined;
}

/**
 * Workspace bytes against size, log–log: what a variant needs beyond inputs and outputs. Out of memory is a
 * hollow mark at the bytes asked, above the device's limit.
 */
export function memoryChart(results: readonly Result[], options: MemoryChartOptions = {}): Chart {
  const limits = results.flatMap(({ memory }) => (memory ? [memory.bytesLimit] : []));
  const limit = options.limitBytes ?? (limits.length > 0 ? Math.min(...limits) : undefined);
  const sized = results.flatMap((result) => sizedPoint(result));
  const refused = results.flatMap((result) => refusedPoint(result));
  const positive = [...sized, ...refused].map(({ bytes }) => bytes).filter((bytes) => bytes > 0);
  // A log axis has no zero: variants without workspace lie on a floor of their own, labelled `none`.
  const floor = Math.min(1024, ...positive) / 8;
  const hasNone = sized.some(({ bytes }) => bytes === 0);
  const shown = [...positive, ...(hasNone ? [floor] : []), ...(limit === undefined ? [] : [limit])];
  const domain = logDomain(shown.length > 0 ? shown : [1024, 2 ** 20], 0.08);
  const ticks = binaryTicks(domain);
  const placed = sized.map((point) => ({ ...point, y: Math.max(point.bytes, floor) }));
  return draw(results, options, {
    what: 'Workspace memory against problem size, both axes logarithmic',
    marginLeft: 64,
    y: {
      type: 'log',
      domain,
      ticks: hasNone ? [floor, ...ticks.filter((tick) => tick >= floor * 4)] : ticks,
      format: (bytes) => (hasNone && bytes === floor ? 'none' : formatBytes(bytes)),
      label: '↑ workspace memory, log scale',
    },
    marks: (styles) => [
      ...(limit === undefined
        ? []
        : labelledRule(limit, `largest buffer here: ${formatBytes(limit)}`, ink.bad)),
      ...lines(placed, styles),
      dots(placed, styles),
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

function sizedPoint(result: Result) {
  const { status, workspaceBytes: bytes } = result;
  if (bytes === undefined || status === 'out-of-memory' || isBad(result)) return [];
  const title = `${nameOf(result)}: ${bytes === 0 ? 'no workspace' : `${formatBytes(bytes)} of workspace`}`;
  return [{ ...pointOf(result), bytes, title }];
}

function refusedPoint(result: Result) {
  if (!result.memory) return [];
  const { buffer, bytesAsked, bytesLimit } = result.memory;
  const title = `${nameOf(result)}: ${buffer} asks for ${formatBytes(bytesAsked)}; the limit is ${formatBytes(bytesLimit)}`;
  return [{ ...pointOf(result), bytes: bytesAsked, title }];
}
