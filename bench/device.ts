import type { DeviceReport } from '../src/measure/report.ts';

/** Who the device is, in one line: `google swiftshader · SwiftShader Device · CPU adapter`. */
export function deviceName(device: DeviceReport): string {
  const { vendor, architecture, description } = device;
  const maker = [vendor, architecture].filter((part) => part !== '').join(' ');
  const parts = [maker, description === '' ? device.device : description].filter((part) => part !== '');
  return parts.length === 0 ? 'an adapter that does not tell its name' : parts.join(' · ');
}

/** A warning about figures from a CPU adapter; `undefined` on a GPU. */
export function cpuWarning(device: DeviceReport): string | undefined {
  return device.isFallbackAdapter
    ? 'This adapter is a CPU: its figures compare algorithms with each other, they say nothing about GPUs.'
    : undefined;
}
