import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { html, type TemplateResult } from 'lit';
import { disturbances } from '../../measure/conditions.ts';
import type { Report } from '../../measure/report.ts';
import { deviceName } from '../lab/device-card.ts';
import { infoIcon, warningIcon } from '../shell/icons.ts';

/** Where a report that was opened comes from. @param more what else the reader should know of it */
export function originNote({ environment, device }: Report, source: string, more = ''): TemplateResult {
  const { date, tilewise } = environment;
  return html`
    <wa-callout size="s" variant="neutral" data-state="opened">
      <span slot="icon">${infoIcon}</span>
      <strong>${source}</strong>: measured ${new Date(date).toLocaleString()} on ${deviceName(device)} with
      Tilewise ${tilewise}. ${more}
    </wa-callout>
  `;
}

/** Times from a hidden or throttled page look like any others, and a run that was stopped like a whole one. */
export const disturbanceNotes = (report: Report): TemplateResult[] =>
  disturbances(report).map(
    (line) => html`
      <wa-callout size="s" variant="warning" data-state="disturbed">
        <span slot="icon">${warningIcon}</span>${line}
      </wa-callout>
    `,
  );
