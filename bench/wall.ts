import { attention } from '../src/kernels/attention/operation.ts';
import type { AttentionProblem } from '../src/kernels/attention/problem.ts';
import { contrastive } from '../src/kernels/contrastive/operation.ts';
import type { ContrastiveProblem } from '../src/kernels/contrastive/problem.ts';
import { DEVICE_LIMITS, type DeviceProfile } from '../src/kernels/device-profile.ts';
import type { Operation } from '../src/kernels/operation.ts';
import type { DeviceReport } from '../src/measure/report.ts';
import { largestBuffer } from './device.ts';

/** Fine enough that the wall case is hardly larger than it must be: its time grows with the square. */
const STEP = 1024;
/** Beyond it not even a tiled kernel ends in reasonable time. */
const LAST_SIZE = 256 * STEP;

/**
 * The memory wall: the smallest multiple of 1024 at which the naive variant's plan has a buffer larger than
 * the device allows; `undefined` if there is none that a run could reach.
 */
export function attentionWall(
  problemOf: (size: number) => AttentionProblem,
  device: DeviceReport,
): number | undefined {
  return memoryWall(attention, problemOf, device);
}

/** As `attentionWall`. */
export function contrastiveWall(
  problemOf: (size: number) => ContrastiveProblem,
  device: DeviceReport,
): number | undefined {
  return memoryWall(contrastive, problemOf, device);
}

function memoryWall<Problem>(
  { variants: [naive] }: Operation<Problem>,
  problemOf: (size: number) => Problem,
  device: DeviceReport,
): number | undefined {
  if (naive === undefined) return undefined;
  const profile = profileOf(device);
  const most = largestBuffer(device);
  for (let size = STEP; size <= LAST_SIZE; size += STEP) {
    const problem = problemOf(size);
    const plan = naive.plan(problem, naive.defaults(problem, profile));
    if (plan.buffers.some(({ bytes }) => bytes > most)) return size;
  }
  return undefined;
}

/** Powers of two on the way to a wall, as fractions of the last one before it, and the wall itself. */
export function sizesToWall(wall: number, fractions: readonly number[]): number[] {
  const before = 2 ** Math.ceil(Math.log2(wall) - 1);
  return [...fractions.map((fraction) => before * fraction), wall];
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
