import { z } from '../../core/schema.ts';
import { parseReport, type Report } from '../../measure/report.ts';
import { attachmentOf, BadLinkError, withAttachment } from '../form/link-codec.ts';

export { BadLinkError };

/** A link to settings that carries a report, too. */
export const linkWithReport = (link: string, report: Report): string => withAttachment(link, report);

/** The report that a fragment carries, if it does. @throws BadLinkError */
export function reportIn(fragment: string): Report | undefined {
  const attached = attachmentOf(fragment);
  if (attached === undefined) return undefined;
  try {
    return parseReport(attached);
  } catch (error) {
    if (!(error instanceof z.core.$ZodError)) throw error;
    throw new BadLinkError('The results in this link are no report that this version reads.', {
      cause: error,
    });
  }
}
