import { z } from '../../core/schema.ts';
import { parseReport, type Report } from '../../measure/report.ts';
import { reportCsv, reportMarkdown } from '../../measure/export.ts';
import { saveFile } from '../shell/save-file.ts';

/** A report file that is none. The message is for the reader of the page. */
export class BadReportError extends Error {
  override readonly name = 'BadReportError';
}

/** Reads a report that this page or the command line wrote. @throws BadReportError */
export async function readReport(file: File): Promise<Report> {
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch {
    throw new BadReportError(`${file.name} is not JSON.`);
  }
  try {
    return parseReport(json);
  } catch (error) {
    if (!(error instanceof z.core.$ZodError)) throw error;
    const issue = error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new BadReportError(
      `${file.name} is no Tilewise report${where}: ${issue?.message ?? error.message}`,
    );
  }
}

/** The formats in which a report is saved and copied. */
export const REPORT_FORMS = ['json', 'csv', 'markdown'] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** The formats as people write them. */
export const FORM_NAMES: Readonly<Record<ReportForm, string>> = {
  json: 'JSON',
  csv: 'CSV',
  markdown: 'Markdown',
};

const ENDINGS: Readonly<Record<ReportForm, string>> = { json: 'json', csv: 'csv', markdown: 'md' };
const TYPES: Readonly<Record<ReportForm, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  markdown: 'text/markdown',
};

export const isReportForm = (text: string): text is ReportForm => text in ENDINGS;

/** The report in one of its forms; JSON alone can be opened again. */
export function reportText(report: Report, form: ReportForm): string {
  switch (form) {
    case 'json':
      return JSON.stringify(report, null, 2);
    case 'csv':
      return reportCsv(report);
    case 'markdown':
      return reportMarkdown(report);
  }
}

/** Hands the report to the browser as a download. */
export function saveReport(report: Report, operation: string, form: ReportForm): void {
  const made = report.environment.date.slice(0, 19).replaceAll(':', '');
  saveFile(`tilewise-${operation}-${made}.${ENDINGS[form]}`, reportText(report, form), TYPES[form]);
}
