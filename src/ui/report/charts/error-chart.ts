import * as Plot from '@observablehq/plot';
import { formatError } from '../../../measure/format.ts';
import type { Result } from '../../../measure/report.ts';
import { ink } from '../../shell/series-styles.ts';

export type ErrorMap = NonNullable<Result['errorMap']>;

/** Where an output is off: rows down, columns across; the stronger a cell, the further off, NaN fully so. */
export function errorChart(map: ErrorMap, width: number) {
  const most = largest(map);
  const cells = map.cells.flatMap((values, row) =>
    values.map((error, column) => ({
      row,
      column,
      strength: error === null ? 1 : most === 0 ? 0 : 0.06 + 0.84 * Math.sqrt(error / most),
      title: `${placeWords(map, row, column)}: ${error === null ? 'NaN or infinite' : formatError(error)}`,
    })),
  );
  const down = map.cells.length;
  const chart = Plot.plot({
    width,
    height: 24 + down * Math.max(4, Math.min(16, 240 / down)),
    marginTop: 4,
    marginBottom: 20,
    marginLeft: 14,
    style: { fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
    ariaLabel: `Where ${map.output} is off: ${map.rows} rows down, ${map.columns} columns across`,
    ariaDescription: errorWords(map),
    x: { type: 'band', axis: null, padding: 0 },
    y: { type: 'band', axis: null, padding: 0 },
    opacity: { type: 'identity' },
    marks: [
      Plot.cell(cells, {
        x: 'column',
        y: 'row',
        fill: ink.bad,
        fillOpacity: 'strength',
        inset: 0.5,
        title: 'title',
      }),
      Plot.text([`${map.columns} columns →`], { frameAnchor: 'bottom-left', dy: 16, fill: ink.quiet }),
      Plot.text([`↓ ${map.rows} rows`], { frameAnchor: 'bottom-right', dy: 16, fill: ink.quiet }),
    ],
  });
  chart.setAttribute('role', 'img');
  return chart;
}

/** `output is off by up to 0.5, most in rows 0 to 3, columns 8 to 15; 12 % of the cells are not exact.` */
export function errorWords(map: ErrorMap): string {
  const all = map.cells.flatMap((values, row) => values.map((error, column) => ({ error, row, column })));
  const most = largest(map);
  const bad = all.filter(({ error }) => error === null);
  const [worst] = bad.length > 0 ? bad : all.filter(({ error }) => error === most);
  // A thousandth of the largest is rounding beside it.
  const off = all.filter(({ error }) => error === null || error > most / 1000);
  const share = `${Math.round((100 * off.length) / all.length)} % of its cells`;
  const size = bad.length > 0 ? 'NaN or infinite' : `off by up to ${formatError(most)}`;
  const place = worst ? `, first in ${placeWords(map, worst.row, worst.column)}` : '';
  return `${map.output} is ${size}${place}; ${share} are affected.`;
}

const largest = ({ cells }: ErrorMap): number => Math.max(0, ...cells.flat().map((error) => error ?? 0));

function placeWords({ rows, columns, cells }: ErrorMap, row: number, column: number): string {
  const across = cells[0]?.length ?? 1;
  return `${rangeWords('row', row, cells.length, rows)}, ${rangeWords('column', column, across, columns)}`;
}

/** The range of `extent` that falls into a cell, counted from 0. */
function rangeWords(name: string, cell: number, cells: number, extent: number): string {
  const first = Math.ceil((cell * extent) / cells);
  const last = Math.ceil(((cell + 1) * extent) / cells) - 1;
  return first === last ? `${name} ${first}` : `${name}s ${first} to ${last}`;
}
