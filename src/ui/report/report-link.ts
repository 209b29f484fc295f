import { ZodError } from 'zod';
import { parseReport, type Report } from '../../measure/report.ts';
import { attachmentOf, BadLinkError, withAttachment } from '../form/link-codec.ts';
import type { BenchController } from './bench-controller.ts';

/** A link to settings that carries a report, too. */
export const linkWithReport = (link: string, report: Report): string => withAttachment(link, report);

/** The report that a fragment carries, if it does. @throws BadLinkError */
export function reportIn(fragment: string): Report | undefined {
  const attached = attachmentOf(fragment);
  if (attached === undefined) return undefined;
  try {
    return parseReport(attached);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    throw new BadLinkError('The results in this link are no report that this version reads.', {
      cause: error,
    });
  }
}

/** Shows the report that the page's address carries, if it does. @returns what is wrong with it, in words */
export function showLinkedReport(bench: BenchController): string | undefined {
  try {
    const report = reportIn(location.hash);
    if (report !== undefined && bench.run.kind !== 'running') bench.show(report, 'The results in this link');
    return undefined;
  } catch (error) {
    if (!(error instanceof BadLinkError)) throw error;
    return error.message;
  }
}
