import { messageOf } from '../../core/errors.ts';
import type { BenchController } from './bench-controller.ts';

/**
 * Shows the report that the page's address carries, if it does. What reads one is loaded for those that do.
 * @returns what is wrong with it, in words
 */
export async function showLinkedReport(bench: BenchController): Promise<string | undefined> {
  // A version, the settings, the report.
  if (location.hash.split('.').length < 3) return undefined;
  const { BadLinkError, reportIn } = await import('./report-link.ts');
  try {
    const report = reportIn(location.hash);
    if (report !== undefined && bench.run.kind !== 'running') bench.show(report, 'The results in this link');
    return undefined;
  } catch (error) {
    if (!(error instanceof BadLinkError)) throw error;
    return messageOf(error);
  }
}
