import { disturbances } from '../src/measure/conditions.ts';
import type { Report } from '../src/measure/report.ts';
import { withoutSweeps } from '../src/measure/sweep.ts';
import { cpuWarning, deviceName } from './device.ts';
import { findings } from './findings.ts';
import { html, raw, scriptJson } from './html/markup.ts';
import { deviceCard, howToRead } from './html/notes.ts';
import { resultSections } from './html/results.ts';
import { sweepSections } from './html/sweeps.ts';
import { STYLE } from './html/style.ts';
import { summary } from './table.ts';

/** The report runs no script and loads nothing: its styles and charts are in the file itself. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const plain = { bold: String, warn: String, bad: String };

/** The report as one HTML page. It loads nothing from the network, and holds the report itself as JSON. */
export function renderHtml(report: Report): string {
  const { device, environment, results } = report;
  const warning = cpuWarning(device);
  const bad = results.some(({ status }) => status === 'wrong' || status === 'failed');
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>Tilewise report · ${deviceName(device)}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>Tilewise report</h1>
          <p class="quiet">${deviceName(device)} · ${environment.date.slice(0, 10)}</p>
          ${warning === undefined ? undefined : html`<p class="callout limit">${warning}</p>`}
          ${disturbances(report).map((line) => html`<p class="callout limit">${line}</p>`)}
          <p class="${bad ? 'callout bad' : ''}"><strong>${summary(results, plain)}</strong></p>
          <ul class="findings">
            ${findings(withoutSweeps(results)).map(({ about, text }) => html`<li><span class="quiet">${about}:</span> ${text}</li>`)}
          </ul>
        </header>
        <main>${resultSections(report)} ${sweepSections(report)}</main>
        <footer>
          <h2>Device and environment</h2>
          ${deviceCard(report)}
          <h2>How to read this</h2>
          ${howToRead}
        </footer>
        <script type="application/json" id="tilewise-report">
          ${scriptJson(report)}
        </script>
      </body>
    </html>`;
  return `${page.markup}\n`;
}
