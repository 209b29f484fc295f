import * as Plot from '@observablehq/plot';
import { formatMs, formatNumber } from '../../../measure/format.ts';
import { ACROSS, DOWN, type Sweep, type SweepCell } from '../../../measure/sweep.ts';
import { widthOf, type Chart, type ChartOptions } from './frame.ts';
import { ink, seriesStyles } from '../../shell/series-styles.ts';

/** The width below which cells have no room for words of the usual size. */
const NARROW = 460;

/** Time of every tile of a sweep: the stronger the colour, the faster; the fastest has a frame. */
export function heatMap(sweep: Sweep, options: ChartOptions = {}): Chart {
  const width = widthOf(options);
  const timed = sweep.cells.filter(({ share }) => share !== undefined);
  const others = sweep.cells.filter(({ share }) => share === undefined);
  const rows = new Set(sweep.cells.map(({ blockM }) => blockM)).size;
  const color = seriesStyles(['', 'fast']).get('fast')?.color ?? 'currentColor';
  const place = { x: 'blockN', y: 'blockM' } as const;
  const chart = Plot.plot({
    ...(options.document ? { document: options.document } : {}),
    width,
    height: 70 + 44 * rows,
    marginLeft: 54,
    marginTop: 28,
    marginBottom: 42,
    style: { fontFamily: 'inherit', fontSize: width < NARROW ? '10px' : '12px', overflow: 'visible' },
    ariaLabel: `Time of ${sweep.variant} by tile: ${DOWN} down, ${ACROSS} across`,
    ariaDescription: `${sweep.operation}, ${sweep.title}. ${bestWords(timed)} The figures are in the table.`,
    x: { type: 'band', label: `${ACROSS} →`, padding: 0.04 },
    y: { type: 'band', label: `↓ ${DOWN}`, padding: 0.04 },
    opacity: { type: 'identity' },
    marks: [
      Plot.cell(timed, { ...place, fill: color, fillOpacity: strength, title: tooltip }),
      Plot.cell(others, { ...place, stroke: ink.quiet, strokeOpacity: 0.35, fill: 'none', title: tooltip }),
      Plot.cell(
        timed.filter(({ share }) => share === 1),
        { ...place, fill: 'none', stroke: 'currentColor', strokeWidth: 2.5, inset: -1 },
      ),
      Plot.text(timed, { ...place, text: timeWords, fill: 'currentColor', fontWeight: 600, title: tooltip }),
      Plot.text(others, { ...place, text: () => '–', fill: ink.quiet, title: tooltip }),
    ],
  });
  chart.setAttribute('role', 'img');
  return chart;
}

/** From hardly to fully coloured, weak enough that words stay legible. */
const strength = ({ share = 0 }: SweepCell): number => 0.04 + 0.5 * share ** 2;

const timeWords = ({ result }: SweepCell): string => formatMs(result.time?.medianMs ?? NaN);

function tooltip(cell: SweepCell): string {
  const { blockM, blockN, result, share } = cell;
  const tile = `${blockM} × ${blockN}`;
  return share === undefined
    ? `${tile}: ${result.status}${result.reason === undefined ? '' : `, ${result.reason}`}`
    : `${tile}: ${timeWords(cell)}, ${formatNumber(1 / share)}× the time of the fastest`;
}

function bestWords(timed: readonly SweepCell[]): string {
  const best = timed.find(({ share }) => share === 1);
  return best === undefined
    ? 'No tile ran.'
    : `Fastest: ${best.blockM} × ${best.blockN}, ${timeWords(best)}.`;
}
