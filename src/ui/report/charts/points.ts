import { problemSize, problemTitle, seriesOf } from '../../../measure/describe.ts';
import type { Result } from '../../../measure/report.ts';

/** Where a result stands in a chart. */
export interface Point {
  readonly size: number;
  /** The name of the series, as `seriesOf` gives it. */
  readonly variant: string;
}

/** A point with its value, and what is said of it. */
export interface Placed extends Point {
  readonly y: number;
  readonly title: string;
}

/** A result that must not be taken for a figure. */
export interface Cross extends Point {
  readonly y: number;
  readonly label: string;
}

export function pointOf(result: Result): Point {
  return { size: problemSize(result), variant: seriesOf(result) };
}

/** The start of a tooltip: `flash, 1024 tokens, 8 heads, headDim 64, dense`. */
export function nameOf(result: Result): string {
  return `${seriesOf(result)}, ${problemTitle(result)}`;
}

export const isBad = (result: Result): boolean => result.status === 'wrong' || result.status === 'failed';

/** Wrong and failed results, at the value they had or at the edge of the chart nearest to it. */
export function crossesOf(
  results: readonly Result[],
  valueOf: (result: Result) => number,
  [low, high]: readonly [number, number],
): Cross[] {
  return results.filter(isBad).map((result) => ({
    ...pointOf(result),
    y: Math.min(high, Math.max(low, valueOf(result))),
    label: `${result.status.toUpperCase()}: ${seriesOf(result)}`,
  }));
}
