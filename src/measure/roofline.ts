import { problemExtent, seriesOf } from './describe.ts';
import { formatBytes, formatGflops, formatNumber, formatTime } from './format.ts';
import type { Report, Result } from './report.ts';

/** A point of the roofline chart: one variant below the roofs of its device. */
export interface RooflinePoint {
  readonly result: Result;
  /** Useful FLOP for each byte that its tiles move: the point's place on the horizontal axis. */
  readonly intensity: number;
  /** Useful GFLOP/s. */
  readonly gflops: number;
  /** The lower of the two roofs at that intensity, in GFLOP/s. */
  readonly roof: number;
  /** The roof that is lower. */
  readonly boundBy: 'memory' | 'multiply-adds';
  /** Bytes moved / bytes of inputs and outputs: 1 is the least possible. */
  readonly timesLeast: number;
  /** Executed FLOPs / useful FLOPs: more than 1 is recomputation. */
  readonly timesUseful: number;
}

type Peaks = NonNullable<Report['peaks']>;

/** The intensity in FLOP/byte at which both roofs meet. Above it, multiply-adds are the limit. */
export const ridge = ({ fma, copy }: Peaks): number => fma.gflops / copy.gbPerS;

/** The points of all correct results whose traffic is known. */
export function rooflinePoints(results: readonly Result[], peaks: Peaks): RooflinePoint[] {
  return results.flatMap((result) => {
    const { status, gflops, flops, trafficBytes, leastBytes = NaN, executedFlops = flops } = result;
    if (status !== 'ok' || gflops === undefined || trafficBytes === undefined) return [];
    const intensity = flops / trafficBytes;
    const boundBy = intensity < ridge(peaks) ? 'memory' : 'multiply-adds';
    return [
      {
        result,
        intensity,
        gflops,
        roof: boundBy === 'memory' ? intensity * peaks.copy.gbPerS : peaks.fma.gflops,
        boundBy,
        timesLeast: trafficBytes / leastBytes,
        timesUseful: executedFlops / flops,
      } as const,
    ];
  });
}

/** Headings of the table behind the chart. */
export const ROOFLINE_COLUMNS = [
  'size',
  'variant',
  'FLOP/byte',
  'GFLOP/s',
  '% of its roof',
  'bytes moved',
  '× least',
  '× useful FLOPs',
] as const;

/** A row of that table, in the order of the headings. */
export function rooflineCells(point: RooflinePoint): string[] {
  const { result, intensity, gflops, roof, boundBy, timesLeast, timesUseful } = point;
  return [
    problemExtent(result),
    seriesOf(result),
    formatNumber(intensity),
    formatNumber(gflops),
    `${formatNumber((100 * gflops) / roof)} % (${boundBy})`,
    formatBytes(result.trafficBytes ?? 0),
    formatNumber(timesLeast),
    formatNumber(timesUseful),
  ];
}

/** A caption for the chart, with the formulas of its roofs. */
export function rooflineWords({ fma, copy, measured }: Peaks): string {
  return (
    `Bytes moved are those of a model: every workgroup reads what it needs once, and caches serve nobody. ` +
    `Measured ${measured === undefined ? 'in the same run' : `on this device at ${formatTime(measured)}`}: multiply-adds ${formatGflops(fma.gflops)} (${fma.formula}), ` +
    `copies ${formatNumber(copy.gbPerS)} GB/s (${copy.method}, ${copy.formula}).`
  );
}
