import * as Plot from '@observablehq/plot';
import type { Chart, ChartOptions } from '../../report/charts/frame.ts';
import { seriesStyles } from '../../shell/series-styles.ts';

/** Cells across, at most: more would be narrower than two pixels on a phone. */
const MOST_CELLS = 128;
/** Probabilities below this are not seen. */
const LEAST = 1e-4;

interface Cell {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly strength: number;
  readonly kind: string;
  readonly title: string;
}

/** Attention of the last queries of a head. */
export interface HeadAttention {
  /** The token of the first query. */
  readonly firstQuery: number;
  /** P of each query, by the position of the key. */
  readonly rows: readonly Float64Array[];
}

/** Attention of a head, query by query, over the keys; a mark below for each key that is kept. Neighbouring keys share a cell, which shows the strongest. */
export function keptChart(
  { rows, firstQuery }: HeadAttention,
  kept: readonly number[],
  { width = 640 }: ChartOptions,
): Chart {
  const keys = rows[0]?.length ?? 0;
  const styles = [...seriesStyles(['', 'kept', 'forgotten'])].slice(1);
  const height = Math.max(5, Math.min(12, Math.floor(220 / rows.length)));
  const isKept = new Set(kept);
  const marks = Math.max(2, Math.round(14 / height));
  const chart = Plot.plot({
    ...{
      width,
      height: height * (rows.length + marks + 1) + 70,
      marginLeft: 44,
      marginBottom: 40,
      marginRight: 12,
    },
    style: { fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
    ariaLabel: 'Attention of a head over the keys, and the keys that are kept',
    ariaDescription: 'The part of the attention that lies on kept keys is in the table.',
    x: { label: 'position of the key', labelOffset: 36, domain: [0, keys], nice: false },
    y: {
      ...{ label: '↓ query', domain: [0, rows.length + marks + 1], nice: false, reverse: true },
      ticks: [0, rows.length - 1],
      tickFormat: (row: number) => String(firstQuery + row),
    },
    color: {
      ...{ domain: styles.map(([kind]) => kind), range: styles.map(([, { color }]) => color) },
      legend: true,
    },
    opacity: { type: 'identity' },
    marks: [
      Plot.rect(cellsOf(rows, isKept), {
        ...{ x1: 'from', x2: 'to', y1: 'row', y2: ({ row }: Cell) => row + 1 },
        ...{ fill: 'kind', fillOpacity: 'strength', title: 'title' },
      }),
      Plot.ruleX(kept, {
        ...{ x: (key: number) => key + 0.5, y1: rows.length + 1, y2: rows.length + 1 + marks },
        ...{ stroke: styles[0]?.[1].color ?? 'currentColor', strokeWidth: Math.max(0.75, width / keys / 2) },
      }),
    ],
  });
  chart.setAttribute('role', 'img');
  return chart;
}

/** Cells that are seen. The stronger the attention, on a logarithmic scale, the stronger the colour. */
function cellsOf(rows: readonly Float64Array[], isKept: ReadonlySet<number>): Cell[] {
  return rows.flatMap((probabilities, row) => {
    const size = Math.ceil(probabilities.length / MOST_CELLS);
    return Array.from({ length: Math.ceil(probabilities.length / size) }, (_, at): Cell => {
      const from = at * size;
      const own = probabilities.subarray(from, from + size);
      const most = own.reduce((a, b) => Math.max(a, b), 0);
      const key = from + own.indexOf(most);
      const kind = isKept.has(key) ? 'kept' : 'forgotten';
      return {
        ...{ from, to: Math.min(from + size, probabilities.length), row, kind },
        strength: Math.max(0, 1 - Math.log(most) / Math.log(LEAST)),
        title: `key ${key}, ${kind}: ${(100 * most).toPrecision(2)} %`,
      };
    }).filter(({ strength }) => strength > 0);
  });
}
