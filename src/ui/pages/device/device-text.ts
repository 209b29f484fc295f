import { formatBytes, formatGflops, formatMs, formatNumber } from '../../../measure/format.ts';
import type { DeviceReport, Peaks } from '../../../measure/report.ts';
import type { OperationInfo, TimestampClock } from '../../../worker/api.ts';
import { deviceName, subgroupSizes } from '../../lab/device-card.ts';

/** The facts about the device and browser that run the kernels. */
export interface DeviceFacts {
  readonly device: DeviceReport;
  readonly operations: readonly OperationInfo[];
  readonly userAgent: string;
  /** The step of `performance.now()`. */
  readonly clockStepMs: number;
  readonly isIsolated: boolean;
  /** The step of timestamps, once it was measured. */
  readonly timestamps?: TimestampClock | undefined;
  /** The speeds, once they were measured. */
  readonly peaks?: Peaks | undefined;
}

/** A measured figure: what, how much, and how it follows from the time. */
export interface PeakLine {
  readonly name: string;
  readonly figure: string;
  readonly how: string;
}

export function peakLines({ fma, matmul, copy }: Peaks): PeakLine[] {
  const tile = Object.entries(matmul.params).map(([name, value]) => `${name} ${value}`);
  return [
    { name: 'Multiply-adds', figure: formatGflops(fma.gflops), how: fma.formula },
    {
      name: 'Matmul',
      figure: formatGflops(matmul.gflops),
      how: `${matmul.formula}; best tile: ${tile.join(', ')}`,
    },
    { name: 'Copy', figure: `${formatNumber(copy.gbPerS)} GB/s`, how: `${copy.formula}; by ${copy.method}` },
  ];
}

/** A limit as people read it: bytes where its name says so. */
export const limitText = (name: string, value: number): string =>
  /Size$|Storage/.test(name) && !/SizeX|Buffers/.test(name) ? formatBytes(value) : String(value);

export const clockText = ({ clockStepMs, isIsolated }: DeviceFacts): string =>
  `${formatMs(clockStepMs)}${isIsolated ? '' : ', coarse: this page is not isolated'}`;

/** A step of this size or more is the browser's rounding, against fingerprinting, and not the GPU's. */
const QUANTISED_NS = 50_000;

/** `1 ns, at least 84 ns apart`. */
export function timestampText({ timestamps }: DeviceFacts): string {
  if (timestamps === undefined) return 'not read yet';
  if ('missing' in timestamps) return `not available: ${timestamps.missing}`;
  const { stepNs, leastNs } = timestamps;
  const inWords = (ns: number) => (ns < 1000 ? `${ns} ns` : formatMs(ns / 1e6));
  const step = inWords(stepNs);
  if (stepNs >= QUANTISED_NS) return `${step}, quantised by the browser`;
  return `${step}, not quantised; at least ${inWords(leastNs)} apart`;
}

/** All facts as plain text, for a bug report. */
export function deviceText(facts: DeviceFacts): string {
  const { device, operations, userAgent, peaks } = facts;
  const list = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([name, value]) => `  ${name}: ${value}`);
  return [
    `Device: ${deviceName(device)}`,
    ...list([
      ['vendor', device.vendor],
      ['architecture', device.architecture],
      ['device', device.device],
      ['description', device.description],
      ['CPU adapter', device.isFallbackAdapter ? 'yes' : 'no'],
      ['subgroups', subgroupSizes(device)],
      ['browser', userAgent],
      ['clock step', clockText(facts)],
      ['timestamp step', timestampText(facts)],
    ]),
    `Features: ${device.features.join(', ') || 'none'}`,
    'Limits:',
    ...list(Object.entries(device.limits).map(([name, value]) => [name, limitText(name, value)] as const)),
    'Measured:',
    ...(peaks
      ? peakLines(peaks).map(({ name, figure, how }) => `  ${name}: ${figure} (${how})`)
      : ['  nothing yet']),
    'Variants:',
    ...operations.flatMap(({ id, variants }) =>
      list(
        variants.map(
          (variant) =>
            [
              `${id} ${variant.id}`,
              variant.supported === true ? 'runs' : `no: ${variant.supported}`,
            ] as const,
        ),
      ),
    ),
  ].join('\n');
}
