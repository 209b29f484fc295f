import { figureCell, figureHeading, type Figure } from '../src/measure/figures.ts';
import type { Result } from '../src/measure/report.ts';

/** The figures that a table has room for. */
export interface Layout {
  readonly shows: (figure: Figure) => boolean;
  readonly heading: (figure: Figure) => string;
  readonly cell: (figure: Figure, result: Result) => string;
  /** Characters a line of a reason may have. */
  readonly reasonWidth: number;
  /** Spaces right of a cell. */
  readonly paddingRight: 0 | 1;
}

/** With all figures, the table is about this wide. */
const WIDE = 124;

const wide: Layout = {
  shows: () => true,
  heading: figureHeading,
  cell: figureCell,
  reasonWidth: 70,
  paddingRight: 1,
};

const narrow: Layout = {
  shows: ({ room, whereGiven }) => room === 'everywhere' || whereGiven === true,
  heading: ({ title }) => title,
  cell: ({ text }, result) => text(result)?.value ?? '–',
  reasonWidth: 36,
  paddingRight: 0,
};

/** Every figure on a wide terminal; no intervals and bounds on a narrow one: the report has them. */
export const layoutFor = (width: number): Layout => (width >= WIDE ? wide : narrow);
