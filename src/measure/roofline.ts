import { problemExtent, seriesOf } from './describe.ts';
import { formatBytes, formatGflops, formatNumber, formatTime } from './format.ts';
import type { Result } from './report.ts';
import type { Roofs } from './roofs.ts';

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

/** The intensity in FLOP/byte at which both roofs meet. Above it, multiply-adds are the limit. */
export const ridge = ({ fma, copy }: Roofs): number => fma.gflops / copy.gbPerS;

/** The points of all correct results whose traffic is known. */
export function rooflinePoints(results: readonly Result[], roofs: Roofs): RooflinePoint[] {
  return results.flatMap((result) => {
    const { status, gflops, flops, trafficBytes, leastBytes = NaN, executedFlops = flops } = result;
    if (status !== 'ok' || gflops === undefined || trafficBytes === undefined) return [];
    const intensity = flops / trafficBytes;
    const boundBy = intensity < ridge(roofs) ? 'memory' : 'multiply-adds';
    return [
      {
        result,
        intensity,
        gflops,
        roof: boundBy === 'memory' ? intensity * roofs.copy.gbPerS : roofs.fma.gflops,
        boundBy,
        timesLeast: trafficBytes / leastBytes,
        timesUseful: executedFlops / flops,
      } as const,
    ];
  });
}

/** The figures behind the chart: a column each. */
const FIGURES: readonly { readonly title: string; readonly of: (point: RooflinePoint) => string }[] = [
  { title: 'size', of: ({ result }) => problemExtent(result) },
  { title: 'variant', of: ({ result }) => seriesOf(result) },
  { title: 'FLOP/byte', of: ({ intensity }) => formatNumber(intensity) },
  { title: 'GFLOP/s', of: ({ gflops }) => formatNumber(gflops) },
  {
    title: '% of its roof',
    of: ({ gflops, roof, boundBy }) => `${formatNumber((100 * gflops) / roof)} % (${boundBy})`,
  },
  { title: 'bytes moved', of: ({ result }) => formatBytes(result.trafficBytes ?? 0) },
  { title: '× least', of: ({ timesLeast }) => formatNumber(timesLeast) },
  { title: '× useful FLOPs', of: ({ timesUseful }) => formatNumber(timesUseful) },
];

/** The figures behind the chart as a table: traffic beside the least possible, work executed beside useful work. */
export const rooflineTable = (points: readonly RooflinePoint[]) => ({
  headings: FIGURES.map(({ title }) => title),
  rows: points.map((point) => FIGURES.map(({ of }) => of(point))),
});

/** A caption for the chart, with the formulas of its roofs. */
export function rooflineWords({ fma, copy, measured }: Roofs): string {
  return (
    `Bytes moved are those of a model: every workgroup reads what it needs once, and caches serve nobody. ` +
    `Measured ${measured === undefined ? 'in the same run' : `on this device at ${formatTime(measured)}`}: multiply-adds ${formatGflops(fma.gflops)} (${fma.formula}), ` +
    `copies ${formatNumber(copy.gbPerS)} GB/s (${copy.method}, ${copy.formula}).`
  );
}
