import * as Plot from '@observablehq/plot';
import { decimalTicks, logDomain } from '../../report/charts/axes.ts';
import { drawFrame, type Chart, type ChartOptions } from '../../report/charts/frame.ts';
import { ink, seriesStyles } from '../../shell/series-styles.ts';
import { STORAGE_NAMES } from './settings.ts';
import type { RecallRow, RecallStudy } from './study.ts';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Recall over bytes, of which the axis is logarithmic. A line joins the forms of one storage. */
export function recallChart({ rows, k }: RecallStudy, options: ChartOptions): Chart {
  const styles = [...seriesStyles(['', ...STORAGE_NAMES])]
    .slice(1)
    .filter(([storage]) => rows.some((row) => row.storage === storage));
  const xDomain = logDomain(rows.map(({ bytesPerRow }) => bytesPerRow));
  const xTicks = decimalTicks(xDomain, 7);
  const least = Math.min(...rows.map(({ recall }) => recall));
  const bottom = Math.max(0, Math.floor(10 * least - 0.5) / 10);
  const yTicks = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].filter((tick) => tick >= bottom);
  return drawFrame(options, {
    what: `Recall of the ${k} nearest over bytes for each document, on a logarithmic axis`,
    description: `${rows.map(({ label, recall }) => `${label}: ${percent(recall)}`).join('; ')}. The numbers are in the table.`,
    marginLeft: 48,
    x: {
      ...{ type: 'log', domain: xDomain, ticks: xTicks, grid: xTicks, format: String },
      label: 'bytes for each document, log scale',
    },
    y: {
      ...{ type: 'linear', domain: [bottom, 1.03], ticks: yTicks, format: percent },
      label: `↑ recall of the ${k} nearest`,
    },
    styles,
    marks: [
      ...styles.map(([storage, { dash }]) =>
        Plot.line(
          rows.filter((row) => row.storage === storage),
          { x: 'bytesPerRow', y: 'recall', stroke: 'storage', strokeWidth: 2, strokeDasharray: dash },
        ),
      ),
      Plot.dot(rows, {
        ...{ x: 'bytesPerRow', y: 'recall', fill: 'storage', symbol: 'storage', r: 5 },
        title: ({ label, recall, bytesPerRow }: RecallRow) =>
          `${label}: ${percent(recall)} at ${bytesPerRow.toFixed(1)} bytes`,
      }),
      Plot.text(rows, {
        ...{ x: 'bytesPerRow', y: 'recall', dy: -11, fill: 'currentColor' },
        ...{ stroke: ink.surface, strokeWidth: 3 },
        text: ({ storage, rerank }: RecallRow) => (rerank === undefined ? storage : String(rerank)),
      }),
    ],
  });
}
