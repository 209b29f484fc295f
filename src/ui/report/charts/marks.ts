import * as Plot from '@observablehq/plot';
import { problemSize, sizesOf, variantsOf } from '../../../measure/describe.ts';
import type { Result } from '../../../measure/report.ts';
import type { Cross, Placed } from './points.ts';
import { ink, type SeriesStyle } from '../../shell/series-styles.ts';

export type Styles = ReadonlyMap<string, SeriesStyle>;

/** Keeps words legible where lines run behind them. */
const halo = { stroke: ink.surface, strokeWidth: 4 } as const;

const brokenRule = { strokeWidth: 2, strokeDasharray: '5 4' } as const;

/**
 * One mark a variant, since a dash is not a scale. A line that others lie upon is wider than they are, so that all of them
 * stay visible.
 */
export function lines(points: readonly Placed[], styles: Styles): Plot.Markish[] {
  return [...styles].map(([variant, { dash }]) => {
    const own = points.filter((point) => point.variant === variant);
    const strokeWidth = 2 + 3 * Math.max(0, ...own.map((point) => onTopOf(point, points, styles)));
    return Plot.line(own, {
      ...{ x: 'size', y: 'y', z: 'variant', stroke: 'variant', sort: 'size' },
      ...{ strokeWidth, strokeDasharray: dash },
    });
  });
}

/** Filled marks with a tooltip each; one that others lie upon is larger than they are. */
export function dots(points: readonly Placed[], styles: Styles): Plot.Markish {
  const sized = points
    .map((point) => ({ ...point, r: 4.5 + 2.5 * onTopOf(point, points, styles) }))
    .sort((a, b) => b.r - a.r);
  return Plot.dot(sized, {
    ...{ x: 'size', y: 'y', fill: 'variant', symbol: 'variant', title: 'title' },
    r: { value: 'r', scale: null },
  });
}

/** Values so close together that a chart shows them as one. */
const COINCIDE = 0.02;

/** More than this is not told apart any more. */
const MOST_LAYERS = 3;

/** The points of later variants that lie where this one does. */
function onTopOf({ size, y, variant }: Placed, points: readonly Placed[], styles: Styles): number {
  const order = [...styles.keys()];
  const upon = points.filter(
    (other) =>
      other.size === size &&
      order.indexOf(other.variant) > order.indexOf(variant) &&
      Math.abs(other.y - y) <= COINCIDE * y,
  );
  return Math.min(MOST_LAYERS, upon.length);
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
