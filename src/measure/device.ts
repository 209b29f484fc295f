import { DEVICE_LIMITS, type DeviceProfile } from '../core/device-profile.ts';
import type { DeviceReport } from './report.ts';

/** The most bytes that one storage buffer may have; infinite where the device does not tell. */
export function largestBuffer({ limits }: Pick<DeviceReport, 'limits'>): number {
  const { maxBufferSize = Infinity, maxStorageBufferBindingSize = Infinity } = limits;
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

/** A report's limits are a record of any names; what it leaves out counts as nothing. */
export function profileOf({
  limits,
  features,
  subgroupMinSize,
  subgroupMaxSize,
}: DeviceReport): DeviceProfile {
  const known = DEVICE_LIMITS.map((name) => [name, limits[name] ?? 0]);
  return {
    features,
    limits: Object.fromEntries(known) as DeviceProfile['limits'],
    subgroupMinSize,
    subgroupMaxSize,
  };
}
