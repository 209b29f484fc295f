import type { Family } from '../../src/measure/describe.ts';
import type { Report } from '../../src/measure/report.ts';
import { rooflinePoints, rooflineTable, rooflineWords } from '../../src/measure/roofline.ts';
import { rooflineChart } from '../../src/ui/report/charts.ts';
import { plainTable } from '../../src/ui/report/plain-table.ts';
import { blankPage } from './blank-page.ts';
import { html, raw, type Markup } from './markup.ts';

const WIDTH = 560;

/** The roofline: each variant below the roofs of the device, with the figures behind the chart. */
export function roofline(
  { results, title }: Family,
  { peaks, matmul }: Report,
  variants: readonly string[],
): Markup | undefined {
  const points = peaks ? rooflinePoints(results, peaks) : [];
  if (!peaks || points.length === 0) return undefined;
  const { headings, rows } = rooflineTable(points);
  const chart = rooflineChart(results, {
    document: blankPage(),
    width: WIDTH,
    variants,
    roofs: peaks,
    matmul,
  });
  return html`<details class="more">
    <summary>Roofline: traffic and work of every variant</summary>
    <div class="charts">${raw(chart.outerHTML)}</div>
    <p class="quiet">${rooflineWords(peaks)}</p>
    ${plainTable(html, `Roofline: ${title}`, headings, rows)}
  </details>`;
}
