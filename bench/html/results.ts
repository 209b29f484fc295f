import {
  byExtent,
  families,
  sizesOf,
  variantsOf,
  workWords,
  type Family,
} from '../../src/measure/describe.ts';
import { largestBuffer } from '../../src/measure/device.ts';
import { formatTiles } from '../../src/measure/format.ts';
import type { Report, Result } from '../../src/measure/report.ts';
import { memoryChart, throughputChart, timeChart } from '../../src/ui/report/charts.ts';
import { withoutSweeps } from '../../src/measure/sweep.ts';
import { cellsOf, COLUMNS, FIGURES, isNumeric } from '../cells.ts';
import { blankPage } from './blank-page.ts';
import { html, raw, type Markup } from './markup.ts';
import { roofline } from './roofline.ts';

/** Width of a chart: three fit beside each other on a desktop, one on a phone. */
const CHART_WIDTH = 352;

/** The results: charts and a table for each kind of problem. */
export function resultSections(report: Report): Markup {
  const results = withoutSweeps(report.results);
  const operations = [...new Set(results.map(({ operation }) => operation))];
  const resultsOf = (operation: string) => results.filter((result) => result.operation === operation);
  return html`${operations.map(
    (operation) =>
      html`<h2>${operation}</h2>
        ${families(resultsOf(operation)).map(
          (family) =>
            html`<section>
              <h3>${family.title}</h3>
              ${charts(family, report, variantsOf(resultsOf(operation)))} ${table(family)}
              ${roofline(family, report, variantsOf(resultsOf(operation)))}
            </section>`,
        )}`,
  )}`;
}

/** The charts of one kind of problem. A single size makes no line, so there is only the table then. */
function charts({ results }: Family, report: Report, variants: readonly string[]): Markup | undefined {
  if (sizesOf(results).length < 2) return undefined;
  const options = { document: blankPage(), width: CHART_WIDTH, variants };
  const most = largestBuffer(report.device);
  const drawn = [
    timeChart(results, options),
    memoryChart(results, { ...options, ...(Number.isFinite(most) ? { limitBytes: most } : {}) }),
    throughputChart(results, { ...options, ...(report.matmul ? { matmul: report.matmul } : {}) }),
  ];
  return html`<div class="charts">${drawn.map((chart) => html`<div>${raw(chart.outerHTML)}</div>`)}</div>`;
}

function table({ title, results }: Family): Markup {
  const work = workWords(results);
  return html`<div class="scroller" tabindex="0" role="region" aria-label="Results: ${title}">
    <table>
      <thead>
        <tr>
          ${COLUMNS.map((column) => html`<th scope="col" class="${columnClass(column)}">${column}</th>`)}
        </tr>
      </thead>
      ${byExtent(results).map(
        (group) =>
          html`<tbody class="size">
            ${group.map((result, index) => row(result, index === 0))}
          </tbody>`,
      )}
    </table>
    ${work === undefined ? '' : html`<p>${work}</p>`}
  </div>`;
}

function row(result: Result, isFirst: boolean): Markup {
  const { size, variant, content, workspace, error, tone } = cellsOf(result);
  const verdict = result.versusBaseline?.verdict ?? '';
  const figures =
    'figures' in content
      ? FIGURES.map(
          (column) =>
            html`<td class="${columnClass(column)} ${column === 'versus naive' ? verdict : ''}">
              ${content.figures[column]}
            </td>`,
        )
      : html`<td class="instead" colspan="${FIGURES.length}">${content.instead}</td>`;
  const tiles = result.tiles ? `visits ${formatTiles(result.tiles)}` : '';
  return html`<tr class="${tone}" data-status="${result.status}">
    <td class="number">${isFirst ? size : ''}</td>
    <th scope="row" class="variant" title="${paramWords(result)}"><code>${variant}</code></th>
    ${figures}
    <td class="number" title="${tiles}">${workspace}</td>
    <td>${error}</td>
  </tr>`;
}

const columnClass = (column: string): string =>
  isNumeric(column) ? 'number' : column === 'variant' ? 'variant' : '';

function paramWords({ params, paramsFrom }: Result): string {
  const words = Object.entries(params).map(([name, value]) => `${name} ${value}`);
  return [...words, ...(paramsFrom === undefined || words.length === 0 ? [] : [paramsFrom])].join(', ');
}
