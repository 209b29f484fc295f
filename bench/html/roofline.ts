import type { Family } from '../../src/measure/describe.ts';
import type { Report } from '../../src/measure/report.ts';
import {
  ROOFLINE_COLUMNS,
  rooflineCells,
  rooflinePoints,
  rooflineWords,
} from '../../src/measure/roofline.ts';
import { rooflineChart } from '../../src/ui/report/charts.ts';
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
  const chart = rooflineChart(results, { document: blankPage(), width: WIDTH, variants, peaks, matmul });
  return html`<details class="more">
    <summary>Roofline: traffic and work of every variant</summary>
    <div class="charts">${raw(chart.outerHTML)}</div>
    <p class="quiet">${rooflineWords(peaks)}</p>
    <div class="scroller" tabindex="0" role="region" aria-label="Roofline: ${title}">
      <table>
        <thead>
          <tr>
            ${ROOFLINE_COLUMNS.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${points.map(
            (point) =>
              html`<tr>
                ${rooflineCells(point).map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
