import type { DeviceSpeed } from './device-speed.ts';
import { formatGflops, formatNumber } from './format.ts';
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

  leastMs(result: Result): number {
    return floorMs(result, this.speed);
  }

  /** Whether a time cannot be. Roofs may have been measured while the machine was busy, so they are measured again first. */
  async refuses(result: Result, ms: number): Promise<boolean> {
    if (ms >= this.leastMs(result)) return false;
    this.speed = await this.measureAgain(this.speed);
    return ms < this.leastMs(result);
  }

  /** The rates that floors are made of. */
  get words(): string {
    return `${formatGflops(mostGflops(this.speed))}, ${formatNumber(this.speed.roofs.copy.gbPerS)} GB/s`;
  }
}
