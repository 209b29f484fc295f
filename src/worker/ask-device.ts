import { openDevice } from '../gpu/device.ts';
import type { DeviceReport } from '../measure/report.ts';

/**
 * Asks for the device that there is, without a worker and without any kernel.
 * @throws UnsupportedError if there is no WebGPU or no adapter
 */
export async function askDevice(gpu: GPU | undefined): Promise<DeviceReport> {
  const open = await openDevice(gpu, 'high-performance');
  await open.lose();
  const { identity } = open;
  return { ...identity, features: [...identity.features] };
}
