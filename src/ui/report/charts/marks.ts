import * as Plot from '@observablehq/plot';
import { problemSize, sizesOf, variantsOf } from '../../../measure/describe.ts';
import type { Result } from '../../../measure/report.ts';
import type { Cross, Point } from './points.ts';
import { ink, type SeriesStyle } from '../../shell/series-styles.ts';

export type Styles = ReadonlyMap<string, SeriesStyle>;

/** Keeps words legible where lines run behind them. */
const halo = { stroke: ink.surface, strokeWidth: 4 } as const;

const brokenRule = { strokeWidth: 2, strokeDasharray: '5 4' } as const;

/** One mark a variant, since a dash is not a scale. */
export function lines(points: readonly Point[], y: string, styles: Styles): Plot.Markish[] {
  return [...styles].map(([variant, { dash }]) =>
    Plot.line(
      points.filter((point) => point.variant === variant),
      { x: 'size', y, z: 'variant', stroke: 'variant', sort: 'size', strokeWidth: 2, strokeDasharray: dash },
    ),
  );
}

/** Filled marks with a tooltip each. */
export function dots(points: readonly (Point & { readonly title: string })[], y: string): Plot.Markish {
  return Plot.dot(points, { x: 'size', y, fill: 'variant', symbol: 'variant', r: 4.5, title: 'title' });
}

/** Crosses through what must not be ranked. */
export function crosses(points: readonly Cross[]): Plot.Markish[] {
  return [
    Plot.dot(points, { x: 'size', y: 'y', symbol: 'times', stroke: ink.bad, strokeWidth: 3, r: 8 }),
    Plot.text(points, {
      x: 'size',
      y: 'y',
      text: 'label',
      fill: ink.bad,
      fontWeight: 'bold',
      textAnchor: 'end',
      dx: -10,
      ...halo,
    }),
  ];
}

/** A vertical rule where variants stop for want of memory, naming them. */
export function memoryWall(results: readonly Result[]): Plot.Markish[] {
  const stopped = results.filter((result) => result.status === 'out-of-memory');
  const walls = sizesOf(stopped).map((size) => ({
    size,
    text: `memory wall: ${variantsOf(stopped.filter((result) => problemSize(result) === size)).join(', ')}`,
  }));
  return [
    Plot.ruleX(walls, { x: 'size', stroke: ink.bad, ...brokenRule }),
    Plot.text(walls, {
      x: 'size',
      text: 'text',
      frameAnchor: 'top',
      textAnchor: 'end',
      dx: -6,
      dy: 2,
      lineWidth: 16,
      fill: ink.bad,
      ...halo,
    }),
  ];
}

/** A horizontal rule with its meaning written above its left end. */
export function labelledRule(value: number, text: string, color: string): Plot.Markish[] {
  return [
    Plot.ruleY([value], { stroke: color, ...brokenRule }),
    Plot.text([text], {
      y: [value],
      text: [text],
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: 6,
      dy: -9,
      fill: color,
      ...halo,
    }),
  ];
}
