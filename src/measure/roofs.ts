import { OutOfMemoryError } from '../core/errors.ts';
import { copyMs } from '../gpu/copy.ts';
import { copyPlan } from './instruments/copy.ts';
import { FMA_SUM, fmaPlan } from './instruments/fma.ts';
import { executedFlops } from '../core/plan.ts';
import { formatBytes } from './format.ts';
import type { MeasureContext } from './context.ts';
import type { Report } from './report.ts';
import type { Tell } from './steps.ts';
import { LONG_ENOUGH_MS, timePlan } from './time-plan.ts';

export type Roofs = NonNullable<Report['peaks']>;

/** Measures the roofs: the most multiply-adds and copies of this device. They bound every kernel. */
export async function measureRoofs(context: MeasureContext, tell: Tell): Promise<Roofs> {
  tell('peaks', 0, 'peaks · multiply-adds');
  const fma = await fmaRoof(context);
  tell('peaks', 0.5, 'peaks · copies');
  return { fma, copy: await copyRoof(context) };
}

/** Loop counts to try in turn, until one execution is long enough to time. */
const ROUNDS = [16, 256, 4096];

async function fmaRoof(context: MeasureContext): Promise<Roofs['fma']> {
  let best = 0;
  for (const rounds of ROUNDS) {
    const plan = fmaPlan(rounds);
    const { leastMs, outputs } = await timePlan(context, plan, {});
    // A wrong result does not count, however fast.
    const right = outputs['sums']?.every((sum) => sum === FMA_SUM) === true;
    if (right) best = Math.max(best, executedFlops(plan) / leastMs / 1e6);
    if (leastMs >= LONG_ENOUGH_MS) break;
  }
  return { gflops: best, formula: '2 FLOP · multiply-adds / time, 8 independent chains an invocation' };
}

/** Sizes of the copied buffer. The first is larger than most caches; the others are for devices with less room. */
const COPY_BYTES = [2 ** 26, 2 ** 24, 2 ** 22];

/** Bytes that the largest copy reads and writes. */
export const COPIED_BYTES = 2 * Math.max(...COPY_BYTES);

async function copyRoof(context: MeasureContext): Promise<Roofs['copy']> {
  const { limits } = context.session.identity;
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  for (const bytes of COPY_BYTES.filter((size) => size <= most)) {
    try {
      return await copySpeed(context, bytes);
    } catch (error) {
      if (!(error instanceof OutOfMemoryError)) throw error;
    }
  }
  throw new OutOfMemoryError('copied', COPY_BYTES.at(-1) ?? 0, most);
}

async function copySpeed(context: MeasureContext, bytes: number): Promise<Roofs['copy']> {
  const { session, signal } = context;
  const plan = copyPlan(bytes);
  const { leastMs: kernelMs } = await timePlan(context, plan, {});
  const commandMs = await session.guard(copyMs(session.runner, plan, signal));
  return {
    gbPerS: (2 * bytes) / Math.min(kernelMs, commandMs) / 1e6,
    method: commandMs <= kernelMs ? 'copyBufferToBuffer' : 'kernel',
    formula: `2 · ${formatBytes(bytes)} / time, read and written`,
  };
}
