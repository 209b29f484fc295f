import { version } from '../../package.json';
import type { Report } from './report.ts';

/** Where and when a report was made. Node has a `navigator` too, from version 21. */
export function environment(timestamps: boolean): Report['environment'] {
  const known = typeof navigator === 'undefined' ? undefined : navigator;
  return {
    tilewise: version,
    date: new Date().toISOString(),
    userAgent: known?.userAgent ?? `Node.js ${process.version}`,
    hardwareConcurrency: known?.hardwareConcurrency ?? 0,
    timestamps,
  };
}
