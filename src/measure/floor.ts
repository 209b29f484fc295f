import type { DeviceSpeed } from './device-speed.ts';
import { formatGflops, formatMs, formatNumber } from './format.ts';
import { COPIED_BYTES } from './roofs.ts';
import type { Result } from './report.ts';

/**
 * The shortest time in ms in which this device can do what a result asks for: its useful FLOPs at the best rate that was
 * measured here, and its inputs and outputs moved once. Less data than the copies moved may lie in caches, which are faster
 * than memory, so only the FLOPs count there. A kernel that skips tiles skips their FLOPs.
 */
export function floorMs({ flops, leastBytes = 0, tiles }: Result, { roofs, yardstick }: DeviceSpeed): number {
  const share = tiles === undefined ? 1 : Math.min(1, tiles.visited / Math.max(1, tiles.total));
  const computing = (share * flops) / mostGflops({ roofs, yardstick }) / 1e6;
  const moving = leastBytes < COPIED_BYTES ? 0 : leastBytes / roofs.copy.gbPerS / 1e6;
  return Math.max(computing, moving);
}

const mostGflops = ({ roofs, yardstick }: DeviceSpeed): number =>
  Math.max(roofs.fma.gflops, yardstick.gflops);

/** The floor of a run: the speed of its device, which is measured again where a result contradicts it. */
export class Floor {
  constructor(
    private speed: DeviceSpeed,
    private readonly measureAgain: (speed: DeviceSpeed) => Promise<DeviceSpeed>,
  ) {}

  /**
   * Results with their floors. One whose time cannot be is wrong and loses its times, and with a baseline's go the
   * comparisons with it.
   */
  async judge(results: readonly Result[]): Promise<Result[]> {
    const judged: Result[] = [];
    for (const result of results) {
      const ms = result.time?.medianMs ?? Infinity;
      judged.push((await this.refuses(result, ms)) ? withoutTimes(result, this.reason(result, ms)) : result);
    }
    const refused = judged.filter(({ time }, at) => time === undefined && results[at]?.time !== undefined);
    return judged.map((result) => {
      if (result.time === undefined) return result;
      const floored = { ...result, floorMs: this.leastMs(result) };
      return refused.some((other) => isBaselineOf(other, result)) ? withoutVerdict(floored) : floored;
    });
  }

  private leastMs(result: Result): number {
    return floorMs(result, this.speed);
  }

  /** Whether a time cannot be. Roofs may have been measured while the machine was busy, so they are measured again first. */
  private async refuses(result: Result, ms: number): Promise<boolean> {
    if (ms >= this.leastMs(result)) return false;
    this.speed = await this.measureAgain(this.speed);
    return ms < this.leastMs(result);
  }

  private reason(result: Result, ms: number): string {
    const rates = `${formatGflops(mostGflops(this.speed))}, ${formatNumber(this.speed.roofs.copy.gbPerS)} GB/s`;
    return `${formatMs(ms)} is less than the ${formatMs(this.leastMs(result))} that this device needs at least, at ${rates}`;
  }
}

function withoutTimes(result: Result, reason: string): Result {
  const { time: _time, gflops: _gflops, afterTiming: _after, ...rest } = withoutVerdict(result);
  return { ...rest, status: 'wrong', reason };
}

function withoutVerdict(result: Result): Result {
  const { versusBaseline: _versus, ...rest } = result;
  return rest;
}

const isBaselineOf = (other: Result, { operation, problem, baseline }: Result): boolean =>
  other.operation === operation &&
  (other.label ?? other.variant) === baseline &&
  JSON.stringify(other.problem) === JSON.stringify(problem);
