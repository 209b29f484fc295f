import { problemExtent, seriesOf } from '../src/measure/describe.ts';
import { figureCell, figures, type Figure } from '../src/measure/figures.ts';
import type { Result } from '../src/measure/report.ts';
import { whyNot } from '../src/measure/status-words.ts';

/** One row of the table of results, as text, for the terminal and the HTML report alike. */
export interface Cells {
  readonly size: string;
  readonly variant: string;
  /** Why there are no times, in place of the figures that follow from one. */
  readonly instead: string | undefined;
  /** A cell for each figure, in their order. */
  readonly figures: readonly string[];
  readonly tone: Tone;
}

/** `bad` must catch the eye; `limit` is a finding about the device, not a failure. */
export type Tone = 'good' | 'bad' | 'limit';

/** The figures of a table of results. Those that follow from a time come first: a reason may stand in their place. */
export function tableFigures(results: readonly Result[]): Figure[] {
  const shown = figures({ baseline: results[0]?.baseline }).filter(
    ({ room, whereGiven, text }) => room !== 'full' || (whereGiven === true && results.some(text)),
  );
  return [...shown.filter(({ timed }) => timed), ...shown.filter(({ timed }) => !timed)];
}

/** @param cell how a figure of the result becomes text */
export function cellsOf(
  result: Result,
  shown: readonly Figure[],
  cell: (figure: Figure, result: Result) => string = figureCell,
): Cells {
  const { status } = result;
  const isOk = status === 'ok';
  return {
    size: problemExtent(result),
    variant: seriesOf(result),
    instead: isOk ? undefined : whyNot(result),
    figures: shown.filter(({ timed }) => isOk || !timed).map((figure) => cell(figure, result)),
    tone: isOk ? 'good' : status === 'wrong' || status === 'failed' ? 'bad' : 'limit',
  };
}
