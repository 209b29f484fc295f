import { ZodError } from 'zod';
import { parseReport, type Report } from '../measure/report.ts';
import { saveFile } from './save-file.ts';

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
    if (!(error instanceof ZodError)) throw error;
    const issue = error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new BadReportError(
      `${file.name} is no Tilewise report${where}: ${issue?.message ?? error.message}`,
    );
  }
}

/** Hands the report to the browser as a download. */
export function saveReport(report: Report, operation: string): void {
  const made = report.environment.date.slice(0, 19).replaceAll(':', '');
  saveFile(`tilewise-${operation}-${made}.json`, JSON.stringify(report, null, 2), 'application/json');
}
