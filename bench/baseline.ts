import { readFileSync } from 'node:fs';
import { messageOf } from '../src/core/errors.ts';
import { z } from '../src/core/schema.ts';
import { isSameDevice } from '../src/measure/compare.ts';
import { parseReport, type DeviceReport, type Report } from '../src/measure/report.ts';
import { deviceName } from './device.ts';
import { UsageError } from './errors.ts';

/**
 * @param named how the command line called it: `--baseline`
 * @throws UsageError if the file cannot be read or is no report
 */
export function readBaseline(file: string, named = '--baseline'): Report {
  try {
    return parseReport(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`${named} ${file}: ${firstLine(error)}`);
  }
}

/** @throws UsageError naming both devices, if they differ */
export function requireSameDevice(device: DeviceReport, baseline: Report, named = '--baseline'): void {
  if (isSameDevice(device, baseline.device)) return;
  throw new UsageError(
    `${named} is from another device, and times of two devices do not compare: ` +
      `it has “${deviceName(baseline.device)}”, here is “${deviceName(device)}”`,
  );
}

function firstLine(error: unknown): string {
  if (error instanceof z.core.$ZodError) return 'not a Tilewise report of this version';
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'there is no such file';
  return messageOf(error).split('\n')[0] ?? '';
}
