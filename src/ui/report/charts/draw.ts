import type * as Plot from '@observablehq/plot';
import {
  problemSize,
  seriesOf,
  sizeLabel,
  sizesOf,
  sizeUnit,
  variantsOf,
} from '../../../measure/describe.ts';
import type { Result } from '../../../measure/report.ts';
import { logDomain, sizeTicks } from './axes.ts';
import { drawFrame, MARGIN_RIGHT, widthOf, type Axis, type Chart, type ChartOptions } from './frame.ts';
import type { Styles } from './marks.ts';
import { isBad } from './points.ts';
import { seriesStyles } from '../../shell/series-styles.ts';

export type { Chart, ChartOptions } from './frame.ts';

/** The differences between kinds of charts over sizes. */
export interface Drawing {
  /** The description for screen readers. */
  readonly what: string;
  readonly marginLeft: number;
  readonly y: Axis;
  readonly marks: (styles: Styles) => Plot.Markish[];
}

/** Draws what charts over sizes share: the size axis, and every variant in its style. */
export function draw(
  results: readonly Result[],
  options: ChartOptions,
  { what, marginLeft, y, marks }: Drawing,
): Chart {
  const styles = seriesStyles(options.variants ?? variantsOf(results));
  const sizes = sizesOf(results);
  const domain = logDomain(sizes);
  const [first] = results;
  return drawFrame(options, {
    what,
    description: description(results),
    marginLeft,
    x: {
      type: 'log',
      domain,
      grid: sizes,
      ticks: sizeTicks(sizes, domain, widthOf(options) - marginLeft - MARGIN_RIGHT),
      format: String,
      label: first ? sizeLabel(first) : 'size',
    },
    y,
    styles: present(styles, results),
    marks: marks(styles),
  });
}

/** The styles of the variants that are there. */
export const present = (styles: Styles, results: readonly Result[]) =>
  [...styles].filter(([variant]) => results.some((result) => seriesOf(result) === variant));

/** A description for screen readers; the numbers themselves are in the table. */
function description(results: readonly Result[]): string {
  const [first] = results;
  if (!first) return 'No results yet.';
  const walls = results.filter((result) => result.status === 'out-of-memory');
  const bad = results.filter(isBad);
  const at = (result: Result) => `${seriesOf(result)} at ${problemSize(result)}`;
  return [
    `${first.operation}: ${variantsOf(results).join(', ')} at ${sizesOf(results).join(', ')} ${sizeUnit(first)}.`,
    ...(walls.length > 0 ? [`Out of memory: ${walls.map(at).join('; ')}.`] : []),
    ...(bad.length > 0 ? [`Wrong or failed, not ranked: ${bad.map(at).join('; ')}.`] : []),
  ].join(' ');
}
