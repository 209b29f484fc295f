import type { Report } from '../../src/measure/report.ts';
import { ACROSS, DOWN, sweepsOf, sweepTable, sweepTitle, type Sweep } from '../../src/measure/sweep.ts';
import { heatMap } from '../../src/ui/report/charts.ts';
import { blankPage } from './blank-page.ts';
import { html, raw, type Markup } from './markup.ts';

const WIDTH = 560;

/** The sweeps: a heat map for each, and its times as a table. */
export function sweepSections({ results }: Report): Markup {
  return html`${sweepsOf(results).map(
    (sweep) =>
      html`<section>
        <h2>${sweepTitle(sweep)}</h2>
        <p class="quiet">Median time by tile: the stronger the colour, the faster.</p>
        <div class="charts">${raw(heatMap(sweep, { document: blankPage(), width: WIDTH }).outerHTML)}</div>
        ${table(sweep)}
      </section>`,
  )}`;
}

function table(sweep: Sweep): Markup {
  const { across, rows } = sweepTable(sweep);
  return html`<details class="more">
    <summary>As a table</summary>
    <div class="scroller" tabindex="0" role="region" aria-label="${sweepTitle(sweep)}">
      <table>
        <thead>
          <tr>
            <th scope="col">${DOWN} ↓ ${ACROSS} →</th>
            ${across.map((value) => html`<th scope="col" class="number">${value}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ down, words }) =>
              html`<tr>
                <th scope="row">${down}</th>
                ${words.map((word) => html`<td class="number">${word}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
