import { DEVICE_LIMITS, type DeviceProfile } from '../core/device-profile.ts';
import type { DeviceReport } from './report.ts';

/** The name by which tuning tells devices apart. */
export const adapterName = ({ vendor, architecture, device, description }: DeviceReport): string =>
  [vendor, architecture, device, description].join(' | ');

/** The most bytes that one storage buffer may have. It is infinite if the report does not say. */
export function largestBuffer({ limits }: Pick<DeviceReport, 'limits'>): number {
  const { maxBufferSize = Infinity, maxStorageBufferBindingSize = Infinity } = limits;
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

/** The device profile of a report. A limit that the report does not have counts as 0. */
export function profileOf({
  limits,
  features,
  subgroupMinSize,
  subgroupMaxSize,
  subgroupMatrices,
}: DeviceReport): DeviceProfile {
  const known = DEVICE_LIMITS.map((name) => [name, limits[name] ?? 0]);
  return {
    features,
    limits: Object.fromEntries(known) as DeviceProfile['limits'],
    subgroupMinSize,
    subgroupMaxSize,
    ...(subgroupMatrices && { subgroupMatrices }),
  };
}
