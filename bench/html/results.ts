import {
  byExtent,
  families,
  sizesOf,
  variantsOf,
  workWords,
  type Family,
} from '../../src/measure/describe.ts';
import { largestBuffer } from '../../src/measure/device.ts';
import type { Report, Result } from '../../src/measure/report.ts';
import { memoryChart, throughputChart, timeChart } from '../../src/ui/report/charts.ts';
import { withoutSweeps } from '../../src/measure/sweep.ts';
import { figureHeading, figures, smallPrint, type Figure } from '../../src/measure/figures.ts';
import { cellsOf, tableFigures } from '../cells.ts';
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
  const shown = tableFigures(results);
  return html`<div class="scroller" tabindex="0" role="region" aria-label="Results: ${title}">
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">Size</th>
          <th scope="col" class="variant">Variant</th>
          ${shown.map(
            (figure) =>
              html`<th scope="col" class="${alignClass(figure)}" title="${figure.meaning}">
                ${figureHeading(figure)}
              </th>`,
          )}
        </tr>
      </thead>
      ${byExtent(results).map(
        (group) =>
          html`<tbody class="size">
            ${group.map((result, index) => row(result, index === 0, shown))}
          </tbody>`,
      )}
    </table>
    ${work === undefined ? '' : html`<p>${work}</p>`}
  </div>`;
}

function row(result: Result, isFirst: boolean, shown: readonly Figure[]): Markup {
  const { size, variant, instead, figures: cells, tone } = cellsOf(result, shown);
  const timed = shown.filter((figure) => figure.timed);
  const untimed = shown.filter((figure) => !figure.timed);
  const reason =
    instead === undefined ? undefined : html`<td class="instead" colspan="${timed.length}">${instead}</td>`;
  return html`<tr class="${tone}" data-status="${result.status}">
    <td class="number">${isFirst ? size : ''}</td>
    <th scope="row" class="variant" title="${paramWords(result)}"><code>${variant}</code></th>
    ${reason}
    ${(reason ? untimed : shown).map(
      (figure, index) =>
        html`<td class="${cellClass(figure, result)}" title="${cellTitle(figure, result)}">
          ${cells[index]}
        </td>`,
    )}
  </tr>`;
}

const alignClass = ({ align }: Figure): string => (align === 'right' ? 'number' : '');

const cellClass = (figure: Figure, { versusBaseline }: Result): string =>
  figure.id === 'versus' ? (versusBaseline?.verdict ?? '') : alignClass(figure);

/** The numbers that a figure was made from, and the figures that have no column of their own. */
function cellTitle(figure: Figure, result: Result): string {
  const from = figure.text(result)?.from;
  const others = smallPrint(figures(), figure, result).map(({ words }) => words);
  return [...(from === undefined ? [] : [from]), ...others].join('; ');
}

function paramWords({ params, paramsFrom }: Result): string {
  const words = Object.entries(params).map(([name, value]) => `${name} ${value}`);
  return [...words, ...(paramsFrom === undefined || words.length === 0 ? [] : [paramsFrom])].join(', ');
}
