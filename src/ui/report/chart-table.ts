import { html, type TemplateResult } from 'lit';
import { byExtent, problemExtent, seriesOf, sizeLabel, variantsOf } from '../../measure/describe.ts';
import { formatBytes, formatGflops, formatMs } from '../../measure/format.ts';
import type { Result } from '../../measure/report.ts';

/** The figure of a result that a chart shows. */
export const CHART_VALUES = {
  time: ({ time }: Result) => (time ? formatMs(time.medianMs) : undefined),
  throughput: ({ gflops }: Result) => (gflops === undefined ? undefined : formatGflops(gflops)),
  memory: ({ workspaceBytes: bytes }: Result) =>
    bytes === undefined ? undefined : bytes === 0 ? 'none' : formatBytes(bytes),
} as const;

/** The points of a chart for those who cannot see it: a row a size, a column a variant. Wrong results have no figure. */
export function chartTable(
  caption: string,
  results: readonly Result[],
  valueOf: (result: Result) => string | undefined,
): TemplateResult {
  const variants = variantsOf(results);
  const [first] = results;
  const cell = (result: Result | undefined) => {
    if (!result) return 'not measured';
    return (result.status === 'ok' ? valueOf(result) : result.status) ?? 'not measured';
  };
  return html`
    <div class="hidden-words">
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">${first ? sizeLabel(first) : 'size'}</th>
            ${variants.map((variant) => html`<th scope="col">${variant}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${byExtent(results).map(
            (group) => html`
              <tr>
                <th scope="row">${group[0] ? problemExtent(group[0]) : ''}</th>
                ${variants.map((id) => html`<td>${cell(group.find((result) => seriesOf(result) === id))}</td>`)}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}
